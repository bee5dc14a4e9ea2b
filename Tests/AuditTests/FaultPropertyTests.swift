import CheckoutSession
import Testing

@testable import Audit

@Suite("generated histories with planted faults")
struct FaultPropertyTests {
  /// SplitMix64: a failing seed repeats.
  private struct Random: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var bits = state
      bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
      bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
      return bits ^ (bits >> 31)
    }
  }

  /// What an identity comes to, and what is wrong with it.
  private enum Fate: CaseIterable {
    case paid, rejected, expired, waiting, repeated
    case lostReply, lostDeadLetter, lostEnd, secondEnd, shortLived, changed, twoLive
  }

  @Test("what is planted is found, and nothing else", arguments: 1...40)
  func planted(seed: Int) async throws {
    var random = Random(state: UInt64(seed))
    var world = World(hasLedger: false)
    var expected: [AuditFinding.Code: Set<RecordCoordinate>] = [:]
    for number in 0..<120 {
      let fate = Fate.allCases.randomElement(using: &random) ?? .paid
      if let (code, place) = Self.happen(fate, number, &world) { expected[code, default: []].insert(place) }
    }
    world.scope.committed = [0: 1_000_000, 1: 0]
    let facts = world.facts.shuffled(using: &random)
    let (totals, findings) = try await world.audit(facts)
    let found = Dictionary(grouping: findings, by: \.code).mapValues { Set($0.map(\.place)) }
    #expect(found == expected)
    #expect(totals.findingsCount == findings.count && totals.isBalanced && totals.identities == 120)
    #expect(totals.waiting == world.requests.count { $0.place.coordinate.partition == 1 })
  }

  private static func happen(_ fate: Fate, _ number: Int, _ world: inout World) -> (AuditFinding.Code, RecordCoordinate)? {
    let id = "r\(number)"
    let index = world.request(id, partition: fate == .waiting ? 1 : 0)
    let request = world.requests[index].place.coordinate
    switch fate {
    case .waiting: return nil
    case .lostReply: return (.replyMissing, request)
    case .rejected, .lostDeadLetter:
      world.reply(id, at: 2, outcome: .rejected)
      guard fate == .rejected else { return (.deadLetterMissing, request) }
      world.deadLetter(of: index)
      return nil
    case .expired:
      world.reply(id, at: 2, outcome: .expired)
      return nil
    default: return session(fate, number, &world)
    }
  }

  private static func session(_ fate: Fate, _ number: Int, _ world: inout World) -> (AuditFinding.Code, RecordCoordinate)? {
    let id = "r\(number)"
    let first = world.reply(id, at: fate == .shortLived ? 800 : 2, session: number * 2, createdAt: 1)
    let reply = world.replies[first].place.coordinate
    if fate != .lostEnd { world.event(id, .completed, session: number * 2, at: 850) }
    switch fate {
    case .lostEnd: return (.endMissing, reply)
    case .shortLived: return (.shortLivedURL, reply)
    case .secondEnd:
      world.event(id, .canceled, session: number * 2, at: 860)
      return (.secondEnd, world.events[world.events.count - 1].place.coordinate)
    case .changed:
      let second = world.reply(id, at: 5, session: number * 2, createdAt: 1, content: "changed")
      return (.replyChanged, world.replies[second].place.coordinate)
    case .twoLive:
      let second = world.reply(id, at: 5, generation: 2, session: number * 2 + 1)
      world.event(id, .timedOut, session: number * 2 + 1, at: 940, createdAt: 5)
      return (.twoLiveURLs, world.replies[second].place.coordinate)
    case .repeated:
      world.reply(id, at: 5, session: number * 2, createdAt: 1)
      return nil
    default: return nil
    }
  }
}
