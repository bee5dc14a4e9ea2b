import CheckoutSession
import Ledger
import Testing

extension ConformanceCase {
  /// What is kept of outstanding sessions, and what is told about them.
  static let retention: [ConformanceCase] = [
    .one("pruning keeps an identity while a session of it is outstanding, of whatever generation, and says how many") { ledger in
      let old = Sample.now - .seconds(864_000)
      let watched = try await ledger.watch("watched", createdAt: old, firstPollAt: old)
      let renewed = try await ledger.watch("renewed", createdAt: old, firstPollAt: old)
      let next = try #require(try await ledger.renew([renewed], at: old + .seconds(3600))[0])
      _ = try await ledger.record([
        NewDecision(
          key: next, reply: Sample.created(at: old + .seconds(3600)),
          watch: SessionWatch(recordKey: nil, firstPollAt: old + .seconds(3600)))
      ])
      try await ledger.settle(Sample.claim("settled"), Sample.created(at: old), at: old)
      try await ledger.watch("young")
      let cutoff = Sample.now - .seconds(60)
      #expect(try await ledger.keptFromPruning(decidedBefore: cutoff) == 2)
      #expect(try await ledger.keptFromPruning(decidedBefore: old) == 0)
      #expect(try await ledger.prune(decidedBefore: cutoff, limit: 10) == 1)
      try await ledger.end(watched, .timedOut)
      try await ledger.end(next, .timedOut)
      #expect(try await ledger.keptFromPruning(decidedBefore: cutoff) == 1, "generation 1 of the renewed one is still outstanding")
      #expect(try await ledger.prune(decidedBefore: cutoff, limit: 10) == 1)
      try await ledger.end(renewed, .timedOut)
      #expect(try await ledger.prune(decidedBefore: cutoff, limit: 10) == 1)
      #expect(try await ledger.statistics(now: Sample.now).identities == 1)
      #expect(try await ledger.outstanding().endedTotal[.timedOut] == 3, "what ended is counted on")
    },
    .one("erasing a URL leaves its session outstanding") { ledger in
      let key = try await ledger.watch("a")
      let end = Sample.now + CreatedSession.lifetime
      #expect(try await ledger.eraseHostedURLs(expiredBefore: end + .milliseconds(1), limit: 10) == 1)
      let session = try #require(try await ledger.lease(at: end).sessions.first)
      #expect(session.key == key && session.expiresAt == end)
      try await ledger.end(key, .completed, at: end + .seconds(60))
      guard case .decided(_, let reply) = try await ledger.claim([Sample.claim("a")], at: end).first else { throw UnexpectedClaim() }
      #expect(reply.completed?.expiresAt == end)
    },
    .one("a ledger without sessions names every status and bucket") { ledger in
      let statistics = try await ledger.outstanding()
      #expect(statistics.count == 0 && statistics.byStatus.count == SessionStatus.allCases.count)
      #expect(statistics.byAge.map(\.count) == [0, 0, 0, 0, 0, 0, 0, 0] && statistics.byAge.last?.ageBelow == nil)
      #expect(statistics.endedTotal == [.completed: 0, .failed: 0, .canceled: 0, .timedOut: 0, .notFound: 0])
      #expect(statistics.oldest == nil && statistics.unpublishedEvents == .init(count: 0, oldest: nil))
      #expect(statistics.quotaMembers.isEmpty)
    },
    .one("statistics count what is outstanding by status and age, from the border of a bucket on") { ledger in
      let ages = [0, 59, 60, 300, 600, 899, 900, 1800, 3600, 86_399, 86_400]
      var keys: [ClaimKey] = []
      for age in ages { keys.append(try await ledger.watch("\(age)", createdAt: Sample.now - .seconds(age))) }
      try await ledger.watch("ahead", createdAt: Sample.now + .seconds(5), firstPollAt: Sample.now + .seconds(6))
      let lease = try await ledger.lease()
      let (older, newer) = (Sample.now - .seconds(20), Sample.now - .seconds(10))
      _ = try await ledger.recordPolls(
        [
          .poll(keys[0], .created, due: Sample.now), .end(keys[7], .unresolved, at: newer), .end(keys[1], .completed, at: older),
          .poll(keys[10], .unresolved, due: Sample.now + .seconds(1)),
        ], under: lease.token, at: Sample.now)
      let statistics = try await ledger.outstanding()
      #expect(statistics.count == 12 && statistics.unresolved == 2)
      #expect(statistics.byStatus.filter { $0.value > 0 } == [.accepted: 8, .created: 1, .unresolved: 2, .completed: 1])
      #expect(statistics.byAge.map(\.count) == [3, 1, 1, 2, 1, 1, 2, 1])
      #expect(statistics.byAge.map(\.ageFrom) == [0, 1, 5, 10, 15, 30, 60, 1440].map { .seconds($0 * 60) })
      #expect(statistics.overdue == 5 && statistics.oldest == Sample.now - .seconds(86_400))
      #expect(statistics.unpublishedEvents == .init(count: 2, oldest: older))
      #expect(statistics.due == 1 && statistics.leased == 9)
      #expect(statistics.pollsTotal == 4 && statistics.endedTotal[.completed] == 1)
    },
    .one("where sessions live shorter, the buckets do too") { ledger in
      let key = try await ledger.claimNew(Sample.claim("a"))
      var reply = try Sample.created(at: Sample.now - .seconds(6))
      reply.session?.expiresAt = Sample.now + .seconds(9)
      _ = try await ledger.record([NewDecision(key: key, reply: reply, watch: SessionWatch(recordKey: nil, firstPollAt: Sample.now))])
      let statistics = try await ledger.statistics(now: Sample.now, sessionLifetime: .seconds(15))
      #expect(statistics.outstanding?.byAge.map(\.count) == [0, 0, 1, 0, 0, 0, 0, 0] && statistics.outstanding?.overdue == 0)
      #expect(statistics.liveSessions.map(\.count) == [0, 0, 1, 0])
    },
    .one("polls are counted for a minute, also those under a lost lease, but not calls that never left") { ledger in
      let key = try await ledger.watch("a")
      var polls = 0
      func record(_ asked: Int, at: Timestamp, isLost: Bool = false) async throws {
        polls += asked
        let lease = try await ledger.lease()
        let token = isLost ? SessionLease.Token(rawValue: lease.token.rawValue &+ 1) : lease.token
        let poll = PollRecord(key: key, status: .accepted, polls: polls, failures: 0, next: .poll(at: Sample.now))
        #expect(try await ledger.recordPolls([poll], under: token, at: at) == [!isLost])
        if isLost {
          polls -= asked
          try await ledger.release([key], under: lease.token, dueAt: Sample.now)
        }
      }
      try await record(3, at: Sample.now)
      try await record(1, at: Sample.now, isLost: true)
      try await record(0, at: Sample.now)
      try await record(2, at: Sample.now + .seconds(30))
      for (second, polls) in [(30, 6), (59, 6), (60, 2), (89, 2), (90, 0)] {
        #expect(try await ledger.outstanding(now: Sample.now + .seconds(second)).pollsLastMinute == polls, "\(second)")
      }
      let putBack = Sample.now - .seconds(3600)
      try await record(1, at: putBack)
      #expect(
        try await ledger.outstanding(now: Sample.now + .seconds(30)).pollsLastMinute == 0, "of the time before the clock was put back")
      #expect(try await ledger.outstanding(now: putBack).pollsLastMinute == 1)
    },
    .one("a vacuum changes nothing but the file") { ledger in
      let key = try await ledger.watch("a")
      let before = try await ledger.lease()
      let result = try await ledger.vacuum()
      #expect(result.bytesAfter > 0 && result.bytesBefore > 0)
      #expect(try await ledger.recordPolls([.poll(key, due: Sample.now)], under: before.token, at: Sample.now) == [true])
      #expect(try await ledger.claim([Sample.claim("a")], at: Sample.now) == [.decided(key, Sample.created())])
    },
  ]
}
