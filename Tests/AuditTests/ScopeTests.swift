import CheckoutSession
import Testing

@testable import Audit

@Suite("what is no exception: waiting, outstanding, outside, forgotten")
struct ScopeTests {
  @Test("nothing committed: everything without a reply waits, everything with one is answered ahead")
  func nothingCommitted() async throws {
    var world = World.clean()
    world.scope.committed = [:]
    let (totals, findings) = try await world.audit()
    #expect(findings.isEmpty && totals.consumed.count == 0 && totals.waiting == 1 && totals.answeredAhead == 14, "\(findings)")
  }

  @Test("a request from before the replies begin is outside, one from after is not", arguments: [(-1, 1), (0, 1), (1, 0)])
  func repliesBegin(seconds: Int, exceptions: Int) async throws {
    var world = World(hasLedger: false)
    world.request("lost", at: 100)
    world.scope.repliesFrom = World.time(100 + seconds)
    let (totals, findings) = try await world.audit()
    #expect(findings.count == exceptions && totals.consumed.outside == 1 - exceptions && totals.isBalanced)
  }

  @Test("a rejection from before the dead letters begin is outside")
  func deadLettersBegin() async throws {
    var world = World(hasLedger: false)
    world.request("rejected")
    world.reply("rejected", at: 1, outcome: .rejected)
    #expect(try await world.audit().findings.map(\.code) == [.deadLetterMissing])
    world.scope.deadLettersFrom = World.time(1)
    let (totals, findings) = try await world.audit()
    #expect(findings.isEmpty && totals.consumed.outside == 1 && totals.isBalanced)
  }

  @Test("a session from before the status events begin is outside")
  func eventsBegin() async throws {
    var world = World(hasLedger: false)
    world.request("old")
    world.reply("old", at: 1, session: 1)
    #expect(try await world.audit().findings.map(\.code) == [.endMissing])
    world.scope.eventsFrom = World.time(2)
    let (totals, findings) = try await world.audit()
    #expect(findings.isEmpty && totals.created.outside == 1 && totals.isBalanced)
  }

  @Test(
    "without a ledger a session is outstanding until its end and grace",
    arguments: [(1 + 900, 0, 0), (1 + 900 + 180, 0, 0), (1 + 900 + 181, 0, 1)])
  func withoutLedger(now: Int, overdue: Int, exceptions: Int) async throws {
    var world = World(hasLedger: false)
    world.request("s")
    world.reply("s", at: 1, session: 1)
    world.scope.startedAt = World.time(now)
    let (totals, findings) = try await world.audit()
    #expect(findings.count == exceptions && totals.overdue == overdue && totals.created.outstanding == 1 - exceptions && totals.isBalanced)
  }

  @Test("with a ledger that asks about it a session is outstanding, overdue, and unresolved, but no exception")
  func outstanding() async throws {
    var world = World()
    world.request("s")
    world.reply("s", at: 1, session: 1)
    world.generation("s", row: 1, .created, session: 1, isOutstanding: true)
    world.scope.startedAt = World.time(5000)
    #expect(try await world.audit().totals.overdue == 1)
    world.event("s", .unresolved, session: 1, at: 90_000)
    world.scope.startedAt = World.time(200_000)
    let (totals, findings) = try await world.audit()
    #expect(findings.isEmpty && totals.unresolved == 1 && totals.created.outstanding == 1)
  }

  @Test("a replay may be rejected for another reason, a repetition may not", arguments: [(1, 0), (0, 1)])
  func rejectedAgain(replayCount: Int, exceptions: Int) async throws {
    var world = World(hasLedger: false)
    for (seconds, count, reason) in [(0, 0, "unknown merchant"), (100, replayCount, "broken rule")] {
      world.deadLetter(of: world.request("r", at: seconds, replayCount: count))
      world.reply("r", at: seconds + 1, outcome: .rejected, content: reason)
    }
    let findings = try await world.audit().findings
    #expect(findings.map(\.code) == Array(repeating: .replyChanged, count: exceptions))
  }

  @Test("what the ledger may have forgotten is no exception")
  func pruned() async throws {
    var world = World()
    world.request("s")
    world.reply("s", at: 1, session: 1)
    world.event("s", .completed, session: 1, at: 60)
    #expect(try await world.audit().findings.map(\.code) == [.unknownToLedger])
    world.scope.startedAt = World.time(60 + 7 * 86_400)
    #expect(try await world.audit().findings.isEmpty)
  }

  @Test("replies and dead letters whose request is gone are outside the range, and still held against each other")
  func requestGone() async throws {
    var world = World(hasLedger: false)
    world.reply("gone", at: 1, session: 1)
    world.event("gone", .completed, session: 1, at: 60)
    world.deadLetter(of: RecordCoordinate(topic: World.requestsTopic, partition: 0, offset: 5))
    world.scope.requests = [0: 10..<1000]
    let (totals, findings) = try await world.audit()
    #expect(findings.isEmpty && totals.repliesOutside == 1 && totals.deadLettersOutside == 1 && totals.created.ended == 1)
    world.reply("gone", at: 100, generation: 2, session: 2)
    world.event("gone", .timedOut, session: 2, at: 1100)
    #expect(try await world.audit().findings.isEmpty)  // the first had ended
    world.events.removeFirst()
    world.event("gone", .completed, session: 1, at: 200)
    #expect(try await world.audit().findings.map(\.code) == [.twoLiveURLs])
  }

  @Test("a session that was made and never published is counted, and no exception")
  func orphan() async throws {
    var world = World()
    world.request("s")
    world.reply("s", at: 1000, generation: 2, session: 2)
    world.event("s", .created, session: 1, at: 3)
    world.event("s", .timedOut, session: 1, at: 930)
    world.event("s", .completed, session: 2, at: 1100, createdAt: 1000)
    world.generation("s", row: 1, .created, session: 1, isPresent: false, ended: .timedOut)
    world.generation("s", row: 1, .created, generation: 2, session: 2, ended: .completed, decidedAt: 1000)
    let (totals, findings) = try await world.audit()
    #expect(findings.isEmpty && totals.neverPublished == 1 && totals.created.count == 1, "\(findings)")
  }

  @Test("a session whose published reply was lost, or removed when it was old, is no orphan")
  func lostReplyIsNoOrphan() async throws {
    var world = World()
    world.request("s")
    world.event("s", .completed, session: 1, at: 60)
    world.generation("s", row: 1, .created, session: 1, ended: .completed)
    let (lost, findings) = try await world.audit()
    #expect(lost.neverPublished == 0 && findings.map(\.code) == [.replyMissing], "\(findings)")
    world.scope.repliesFrom = World.time(10_000)
    let (removed, none) = try await world.audit()
    #expect(removed.neverPublished == 0 && none.isEmpty, "\(none)")
  }

  @Test("a CREATED event that a crash brings again after the end is a repetition")
  func lateRepetition() async throws {
    var world = World.clean()
    world.event("paid", .created, session: 1, at: 61)
    let (totals, findings) = try await world.audit()
    #expect(findings.isEmpty && totals.repeatedEvents == 2)
  }

  @Test("an identity with more records than memory is for is said so, and the rest is judged")
  func tooLong() async throws {
    var world = World(hasLedger: false)
    for number in 0...IdentityHistory.entriesMax { world.reply("s", at: number, outcome: .expired) }
    world.request("lost")
    let findings = try await world.audit().findings
    #expect(Set(findings.map(\.code)) == [.historyTooLong, .replyMissing] && findings.count == 2)
  }

  @Test("the scratch file is ours alone, and gone afterwards")
  func scratch() async throws {
    let audit = try await CompletenessAudit.make()
    try await audit.add([.unreadable(AuditPlace(RecordCoordinate(topic: "t", partition: 0, offset: 1), at: World.origin))])
    let folder = audit.scratchFolder
    #expect(audit.scratchBytes > 0 && ScratchFolder.mode(of: folder) == 0o700)
    await audit.close()
    #expect(ScratchFolder.mode(of: folder) == nil)
    await #expect(throws: AuditError.self) { try await audit.add([AuditFact]()) }
  }

  @Test("a folder that cannot be written")
  func noFolder() async throws {
    await #expect { try await CompletenessAudit.make(in: "/nowhere/at/all") } throws: { error in
      (error as? AuditError)?.code == .scratch && "\(error)".contains("/nowhere/at/all")
    }
  }
}
