import CheckoutSession
import Testing

@testable import Audit

@Suite("a clean history passes, and each corruption gives exactly its finding")
struct CorruptionTests {
  @Test("a clean history", arguments: [true, false])
  func clean(hasLedger: Bool) async throws {
    let (totals, findings) = try await World.clean(hasLedger: hasLedger).audit()
    #expect(findings.isEmpty && totals.findingsCount == 0, "\(findings)")
    #expect(totals.requests == 15 && totals.consumed.count == 14 && totals.waiting == 1)
    #expect(totals.consumed.replied == 10 && totals.consumed.deadLettered == 4)
    #expect(totals.consumed.unanswered == 0 && totals.consumed.outside == 0)
    #expect(totals.oldestWaiting == World.time(3590))
    #expect(totals.created.count == 7 && totals.created.ended == 6 && totals.created.outstanding == 1)
    #expect(totals.repeatedReplies == 4 && totals.repeatedEvents == 1 && totals.deadLetters == 4)
    #expect(totals.identities == 9)
  }

  @Test("each corruption", arguments: Corruption.all)
  func corrupted(_ corruption: Corruption) async throws {
    var world = World.clean()
    let (place, other) = corruption.apply(&world)
    let (totals, findings) = try await world.audit()
    #expect(findings.map(\.code) == [corruption.code], "\(findings)")
    #expect(findings.first?.place == place && findings.first?.other == other, "\(findings)")
    #expect(totals.findingsCount == 1 && totals.count(of: corruption.code.invariant) == 1)
    #expect(totals.isBalanced)
    #expect(findings.first?.explanation.isEmpty == false)
  }

  @Test("the order in which records are read changes nothing", arguments: Corruption.all)
  func reversed(_ corruption: Corruption) async throws {
    var world = World.clean()
    _ = corruption.apply(&world)
    let forward = try await world.audit()
    let backward = try await world.audit(world.facts.reversed())
    #expect(forward.totals == backward.totals && forward.findings == backward.findings)
  }

  @Test("every kind of exception has its corruption, but for the one about memory")
  func allCodes() {
    #expect(Set(Corruption.all.map(\.code)) == Set(AuditFinding.Code.allCases).subtracting([.historyTooLong]))
  }
}

extension AuditTotals {
  /// The two sums that always hold.
  var isBalanced: Bool {
    consumed.count == consumed.replied + consumed.deadLettered + consumed.unanswered + consumed.outside
      && created.count == created.ended + created.outstanding + created.withoutEnd + created.outside
  }
}
