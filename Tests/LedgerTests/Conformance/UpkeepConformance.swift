import CheckoutSession
import Ledger
import Testing

extension ConformanceCase {
  /// Statistics, retention, erasure.
  static let upkeep: [ConformanceCase] = [
    .one("an empty ledger counts nothing, and names every outcome") { ledger in
      let statistics = try await ledger.statistics(now: Sample.now)
      #expect(statistics.identities == 0 && statistics.decisions == [.created: 0, .rejected: 0, .expired: 0, .failed: 0])
      #expect(statistics.undecided == .init(count: 0, oldest: nil) && statistics.unpublished == .init(count: 0, oldest: nil))
    },
    .one("statistics count outcomes, backlogs and their oldest") { ledger in
      try await ledger.settle(Sample.claim("a"), Sample.created())
      try await ledger.settle(Sample.claim("b"), Sample.declined(.failed, at: Sample.now + .seconds(4)), published: false)
      try await ledger.settle(Sample.claim("c"), Sample.declined(.rejected, at: Sample.now + .seconds(5)), published: false)
      _ = try await ledger.claimNew(Sample.claim("d"), at: Sample.now + .seconds(7))
      _ = try await ledger.claimNew(Sample.claim("e"), at: Sample.now + .seconds(6))
      _ = try await ledger.claim([Sample.claim("d")], at: Sample.now + .seconds(8))
      let statistics = try await ledger.statistics(now: Sample.now + .seconds(10))
      #expect(statistics.identities == 5)
      #expect(statistics.decisions == [.created: 1, .rejected: 1, .expired: 0, .failed: 1])
      #expect(statistics.undecided == .init(count: 2, oldest: Sample.now + .seconds(6)))
      #expect(statistics.inDoubt == 1 && statistics.inDoubtClaimsTotal == 1)
      #expect(statistics.unpublished == .init(count: 2, oldest: Sample.now + .seconds(4)))
    },
    .one("live sessions are counted by age, from the border of a bucket on") { ledger in
      for (number, age) in [0, 59, 60, 299, 300, 600, 899, 900].enumerated() {
        try await ledger.settle(Sample.claim("request-\(number)"), Sample.created(at: Sample.now - .seconds(age)))
      }
      let statistics = try await ledger.statistics(now: Sample.now)
      #expect(statistics.liveSessions.map(\.count) == [2, 2, 1, 2])
      #expect(statistics.liveSessions.map(\.ageFrom) == [.zero, .seconds(60), .seconds(300), .seconds(600)])
      #expect(statistics.liveSessions.last?.ageBelow == CreatedSession.lifetime)
    },
    .one("pruning forgets the old in steps and keeps the young") { ledger in
      let old = Sample.now - .seconds(3600)
      for number in 0..<5 { try await ledger.settle(Sample.claim("old-\(number)"), Sample.declined(.failed, at: old), at: old) }
      let renewed = try await ledger.settle(Sample.claim("renewed"), Sample.created(at: old), at: old)
      let next = try #require(try await ledger.renew([renewed], at: Sample.now)[0])
      let kept = try await ledger.settle(Sample.claim("young"), Sample.created())
      let cutoff = Sample.now - .seconds(60)
      #expect(try await ledger.prune(decidedBefore: cutoff, limit: 0) == 0)
      #expect(try await ledger.prune(decidedBefore: cutoff, limit: 3) == 3)
      #expect(try await ledger.prune(decidedBefore: cutoff, limit: 3) == 2)
      #expect(try await ledger.prune(decidedBefore: cutoff, limit: 3) == 0)
      #expect(try await ledger.claim([Sample.claim("young")], at: Sample.now) == [.decided(kept, Sample.created())])
      #expect(try await ledger.claim([Sample.claim("renewed")], at: Sample.now) == [.inDoubt(next)])
      let statistics = try await ledger.statistics(now: Sample.now)
      #expect(statistics.identities == 2 && statistics.decisions[.failed] == 0 && statistics.decisions[.created] == 2)
    },
    .one("pruning forgets claims that nobody ever decided, and a late decision for one fails") { ledger in
      let forgotten = try await ledger.claimNew(Sample.claim("a"), at: Sample.now - .seconds(3600))
      _ = try await ledger.claimNew(Sample.claim("b"))
      #expect(try await ledger.prune(decidedBefore: Sample.now - .seconds(60), limit: 10) == 1)
      #expect(try await ledger.statistics(now: Sample.now).undecided.count == 1)
      let failure = await #expect(throws: LedgerFailure.self) { _ = try await ledger.record([(forgotten, Sample.created())]) }
      #expect(failure?.code == .unknownClaim)
    },
    .one("a pruned row's key never comes to mean another request") { ledger in
      let old = Sample.now - .seconds(3600)
      let first = try await ledger.settle(Sample.claim("a"), Sample.declined(.failed, at: old), at: old)
      let second = try await ledger.settle(Sample.claim("b"), Sample.declined(.failed, at: old), at: old)
      _ = try await ledger.prune(decidedBefore: Sample.now, limit: 10)
      let third = try await ledger.claimNew(Sample.claim("c"))
      #expect(third.row != first.row && third.row != second.row)
    },
    .one("erasing takes the URLs of sessions that ran out, oldest first, in steps") { ledger in
      let keys = [
        try await ledger.settle(Sample.claim("a"), Sample.created(at: Sample.now - .seconds(2000))),
        try await ledger.settle(Sample.claim("b"), Sample.created(at: Sample.now - .seconds(3000))),
        try await ledger.settle(Sample.claim("c"), Sample.created()),
      ]
      func hasURL(_ requestID: String, _ key: ClaimKey) async throws -> Bool {
        let outcomes = try await ledger.claim([Sample.claim(requestID)], at: Sample.now)
        guard case .decided(let decided, let reply) = outcomes.first, decided == key, reply.outcome == .created else {
          throw UnexpectedClaim()
        }
        return reply.session != nil
      }
      #expect(try await ledger.eraseHostedURLs(expiredBefore: Sample.now, limit: 1) == 1)
      #expect(try await hasURL("a", keys[0]))
      #expect(try await !hasURL("b", keys[1]))
      #expect(try await ledger.eraseHostedURLs(expiredBefore: Sample.now, limit: 10) == 1)
      #expect(try await !hasURL("a", keys[0]))
      #expect(try await hasURL("c", keys[2]))
      #expect(try await ledger.renew([keys[0]], at: Sample.now) == [ClaimKey(row: keys[0].row, generation: 2)])
    },
    .one("a URL that is erased too early is not taken for dead: its end is kept, and nothing follows it before") { ledger in
      let created = try Sample.created()
      let end = try #require(created.session?.expiresAt)
      let key = try await ledger.settle(Sample.claim("a"), created)
      // Somebody whose clock is an hour ahead.
      #expect(try await ledger.eraseHostedURLs(expiredBefore: Sample.now + .seconds(3600), limit: 10) == 1)
      var erased = created
      erased.session = nil
      erased.erasedURLExpiresAt = end
      #expect(try await ledger.claim([Sample.claim("a")], at: Sample.now) == [.decided(key, erased)])
      #expect(try await ledger.renew([key], at: end - .milliseconds(1)) == [nil])
      #expect(try await ledger.renew([key], at: end) == [ClaimKey(row: key.row, generation: 2)])
    },
    .one("an erased URL whose session ends by the gateway's word is dead at once") { ledger in
      let key = try await ledger.watch("a")
      #expect(try await ledger.eraseHostedURLs(expiredBefore: Sample.now + .seconds(3600), limit: 10) == 1)
      try await ledger.end(key, .canceled)
      guard case .decided(_, let decided) = try await ledger.claim([Sample.claim("a")], at: Sample.now)[0] else { throw UnexpectedClaim() }
      #expect(decided.session == nil && decided.erasedURLExpiresAt == nil)
      #expect(try await ledger.renew([key], at: Sample.now) == [ClaimKey(row: key.row, generation: 2)])
    },
  ]
}
