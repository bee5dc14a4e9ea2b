import CheckoutSession
import Ledger
import Testing

extension ConformanceCase {
  /// Rehearsals: what a claim would say, without being one.
  static let rehearsals: [ConformanceCase] = [
    .one("a rehearsal says what the claim says then, and nothing else is changed by it") { ledger in
      try await ledger.settle(Sample.claim("failed"), Sample.declined(.failed))
      try await ledger.settle(Sample.claim("created"), Sample.created(), published: false)
      _ = try await ledger.claimNew(Sample.claim("undecided"))
      var edit = try Sample.claim("failed", body: 2, replayCount: 2)
      edit.replaces = try Sample.claim("failed").bodyHash
      let claims = [
        try Sample.claim("new", merchant: "m-new"), try Sample.claim("new", merchant: "m-new"), try Sample.claim("failed", replayCount: 1),
        edit,
        try Sample.claim("created", replayCount: 1), try Sample.claim("undecided", replayCount: 3), try Sample.claim("created", body: 9),
      ]
      #expect(try await ledger.rehearse([], at: Sample.now).isEmpty)
      let before = try await ledger.everything()
      let rehearsed = try await ledger.rehearse(claims, at: Sample.now)
      #expect(try await ledger.everything() == before)
      #expect(try await ledger.rehearse(claims, at: Sample.now).map(\.kind) == rehearsed.map(\.kind))
      #expect(try await ledger.everything() == before)
      let claimed = try await ledger.claim(claims, at: Sample.now)
      #expect(claimed.map(\.kind) == rehearsed.map(\.kind))
      #expect(claimed.map(\.kind) == ["new 1", "in doubt 1", "new 2", "conflict", "decided 1", "in doubt 1", "conflict"])
      #expect(claimed[2...] == rehearsed[2...], "known requests have their keys")
      #expect(try await ledger.everything() != before)
    },
    .one("names that only a rehearsal has seen are nobody's") { ledger in
      _ = try await ledger.rehearse([Sample.claim("a", merchant: "m1")], at: Sample.now)
      _ = try await ledger.claimNew(Sample.claim("a", merchant: "m2"))
      _ = try await ledger.claimNew(Sample.claim("a", merchant: "m1"))
      #expect(try await ledger.auditPage(after: nil, limit: 9).map(\.identity.merchantID) == ["m2", "m1"])
    },
    ConformanceCase("who rehearses is in nobody's way", isShared: true) { open in
      let (worker, planner) = (try await open(), try await open())
      let claims = try (0..<300).map { try Sample.claim("request-\($0)") }
      async let rehearsals: [Int] = {
        var counts: [Int] = []
        for _ in 0..<5 { counts.append(try await planner.rehearse(claims.reversed(), at: Sample.now).count) }
        return counts
      }()
      var outcomes: [ClaimOutcome] = []
      for start in stride(from: 0, to: 300, by: 30) {
        outcomes += try await worker.claim(Array(claims[start..<start + 30]), at: Sample.now)
      }
      #expect(try await rehearsals == [300, 300, 300, 300, 300])
      #expect(outcomes.allSatisfy { if case .new = $0 { true } else { false } })
      #expect(try await worker.statistics(now: Sample.now).identities == 300)
    },
  ]
}

extension LedgerStore {
  /// What the ledger says of itself.
  fileprivate func everything() async throws -> Everything {
    var statistics = try await statistics(now: Sample.now)
    statistics.fileBytes = nil
    return Everything(statistics: statistics, generations: try await auditPage(after: nil, limit: 1000))
  }
}

private struct Everything: Hashable {
  let statistics: LedgerStatistics
  let generations: [AuditedGeneration]
}

extension ClaimOutcome {
  /// The outcome without the row, which a rehearsal cannot know of a new request.
  fileprivate var kind: String {
    switch self {
    case .new(let key): "new \(key.generation)"
    case .inDoubt(let key): "in doubt \(key.generation)"
    case .decided(let key, _): "decided \(key.generation)"
    case .conflict: "conflict"
    }
  }
}
