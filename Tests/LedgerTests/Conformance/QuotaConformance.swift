import CheckoutSession
import Ledger
import Testing

extension ConformanceCase {
  private static let grantLife: Duration = .seconds(3)

  /// The gateway's quota among processes.
  static let quotas: [ConformanceCase] = [
    .one("a member gets what is decided, and is seen by the others as it asked") { ledger in
      let until = Sample.now + grantLife
      var asking = Sample.member(1, .reconciliation, demand: 0.7, pausedUntil: Sample.now + .seconds(9))
      asking.weight = 0.375
      let me = asking
      let first = try await ledger.quotaGrant(for: me, now: Sample.now, until: until) { mine, others in
        #expect(mine == me && others.isEmpty)
        return 0.25
      }
      #expect(first.granted == 0.25 && first.others.isEmpty)
      var seen = me
      (seen.granted, seen.grantedUntil) = (0.25, until)
      let second = try await ledger.quotaGrant(for: Sample.member(2), now: Sample.now, until: until) { [seen] _, others in
        #expect(others == [seen])
        return 1
      }
      #expect(second.granted == 0.75 && second.others == [seen])
      #expect(try await ledger.outstanding().quotaMembers.map(\.granted) == [0.25, 0.75])
    },
    .one("a grant is cut to what the others leave, and to a number from 0 to 1") { ledger in
      for (wanted, granted) in [(2.0, 1.0), (-1, 0), (.nan, 0), (.infinity, 1), (0.5, 0.5)] {
        let result = try await ledger.grant(1, wanted)
        #expect(result == granted)
      }
      #expect(try await ledger.grant(2, 0.8) == 0.5)
      #expect(try await ledger.grant(3, 0.8) == 0)
    },
    .one("a grant ends by itself, or when its member leaves, and is free at once") { ledger in
      let until = Sample.now + grantLife
      for id in 1...2 as ClosedRange<Int64> {
        #expect(try await ledger.grant(id, 0.5) == 0.5)
      }
      let early = try await ledger.quotaGrant(for: Sample.member(3), now: until - .milliseconds(1), until: until) { _, _ in 1 }
      #expect(early.granted == 0 && early.others.count == 2)
      try await ledger.leaveQuota(2)
      try await ledger.leaveQuota(99)
      #expect(try await ledger.grant(3, 1) == 0.5)
      let late = try await ledger.quotaGrant(for: Sample.member(4), now: until, until: until + grantLife) { _, _ in 1 }
      #expect(late.granted == 1 && late.others.isEmpty)
    },
    .one("a grant from before the clock was put back stands in nobody's way") { ledger in
      let before = Sample.now + .seconds(3600)
      _ = try await ledger.quotaGrant(for: Sample.member(1), now: before, until: before + grantLife) { _, _ in 1 }
      let after = try await ledger.quotaGrant(for: Sample.member(2), now: Sample.now, until: Sample.now + grantLife) { _, _ in 1 }
      #expect(after.granted == 1)
    },
    ConformanceCase("grants never add up to more than 1, whoever asks, crashes, leaves or comes late", isShared: true) { open in
      let ledgers = [try await open(), try await open()]
      var random = SeededRandom(seed: 20_260)
      var now = Sample.now
      // What each living member may believe of itself: this, and not what the ledger says, is what reaches the gateway.
      var beliefs: [Int64: (granted: Double, until: Timestamp)] = [:]
      for step in 0..<600 {
        now = now + .milliseconds(Int.random(in: 0...900, using: &random))
        let id = Int64.random(in: 1...8, using: &random)
        let wanted = Double.random(in: -0.2...1.5, using: &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0:
          try await ledgers[step % 2].leaveQuota(id)
          beliefs[id] = nil
        case 1:
          beliefs[id] = beliefs[id]  // it crashes: what it sent for counts until its grant ends
        case let number:
          // A call may have waited for the writer: its idea of the time is older than what others did meanwhile.
          let asked = number == 2 ? now - .milliseconds(800) : now
          let until = asked + grantLife
          let lane: QuotaMember.Lane = id.isMultiple(of: 2) ? .creation : .reconciliation
          let member = Sample.member(id, lane, demand: Double.random(in: 0...1, using: &random))
          let grant = try await ledgers[step % 2].quotaGrant(for: member, now: asked, until: until) { _, _ in wanted }
          #expect(grant.granted >= 0 && grant.granted <= 1 && !grant.others.contains { $0.id == id })
          beliefs[id] = (grant.granted, until)
        }
        let sum = beliefs.values.filter { $0.until > now }.reduce(0) { $0 + $1.granted }
        #expect(sum <= 1, "step \(step)")
      }
    },
    ConformanceCase("of processes that ask for everything at once, one gets it", isShared: true) { open in
      let ledgers = [try await open(), try await open()]
      let grants = try await withThrowingTaskGroup(of: Double.self) { group in
        for id in 1...8 {
          group.addTask {
            try await ledgers[id % 2].grant(Int64(id), 1)
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(grants.sorted() == [0, 0, 0, 0, 0, 0, 0, 1])
    },
  ]
}

extension LedgerStore {
  /// Asks for a fraction for three seconds and returns what is granted.
  fileprivate func grant(_ id: Int64, _ wanted: Double) async throws -> Double {
    try await quotaGrant(for: Sample.member(id), now: Sample.now, until: Sample.now + .seconds(3)) { _, _ in wanted }.granted
  }
}

/// Random numbers that are the same in each run (SplitMix64).
private struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
