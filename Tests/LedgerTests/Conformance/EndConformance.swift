import CheckoutSession
import Ledger
import Testing

extension ConformanceCase {
  /// Sessions that end.
  static let ends: [ConformanceCase] = [
    .one("a terminal status erases the URL at once, whatever it is; another does not") { ledger in
      let statuses = SessionStatus.allCases.filter { $0 != .accepted }
      for status in statuses {
        let key = try await ledger.watch(status.rawValue)
        let lease = try await ledger.lease()
        #expect(try await ledger.recordPolls([.end(key, status)], under: lease.token, at: Sample.now) == [true])
        guard case .decided(_, let reply) = try await ledger.claim([Sample.claim(status.rawValue)], at: Sample.now).first else {
          throw UnexpectedClaim()
        }
        #expect((reply.session == nil) == status.isTerminal, "\(status)")
        #expect((reply.completed != nil) == (status == .completed), "\(status)")
      }
      #expect(try await ledger.statistics(now: Sample.now).liveSessions.map(\.count) == [2, 0, 0, 0])
    },
    .one("a session that has ended and been told is not outstanding, and never comes back") { ledger in
      let key = try await ledger.watch("a")
      let lease = try await ledger.lease()
      _ = try await ledger.recordPolls([.end(key, .failed)], under: lease.token, at: Sample.now)
      for _ in 0..<2 {
        try await ledger.markPublished([PublishedEvent(key: key, status: .failed, nextPollAt: Sample.now)], under: lease.token)
      }
      #expect(try await ledger.recordPolls([.end(key, .completed)], under: lease.token, at: Sample.now) == [false])
      try await ledger.release([key], under: lease.token, dueAt: Sample.now)
      let reply = try Sample.created()
      let again = NewDecision(key: key, reply: reply, watch: SessionWatch(recordKey: nil, firstPollAt: Sample.now))
      var stored = reply
      stored.session = nil
      #expect(try await ledger.record([again]) == [.superseded(stored)])
      #expect(try await ledger.lease(at: Sample.now + .seconds(86400)).sessions.isEmpty)
      let statistics = try await ledger.outstanding()
      #expect(statistics.count == 0 && statistics.endedTotal[.failed] == 1 && statistics.publishedEventsTotal == 1)
      #expect(try await ledger.outstandingCounts(now: Sample.now).outstanding == 0)
    },
    .one("a completed session's request gets the same reply again and again, and no other session") { ledger in
      let key = try await ledger.watch("a")
      try await ledger.end(key, .completed)
      var reply = try Sample.created()
      let session = try #require(reply.session)
      reply.session = nil
      reply.completed = CompletedSession(sessionID: session.sessionID, createdAt: session.createdAt, expiresAt: session.expiresAt)
      for second in [1, 10_000] {
        let at = Sample.now + .seconds(second)
        #expect(try await ledger.claim([Sample.claim("a", replayCount: second)], at: at) == [.decided(key, reply)])
        for mayBePublished in [true, false] {
          #expect(try await ledger.renew([GenerationRenewal(key: key, mayBePublished: mayBePublished)], at: at) == [nil])
        }
      }
    },
    .one("after any other end a request may have another session at once, which is watched by itself") { ledger in
      for status in [SessionStatus.failed, .canceled, .timedOut, .notFound] {
        let key = try await ledger.watch(status.rawValue)
        try await ledger.end(key, status)
        let next = try #require(try await ledger.renew([key], at: Sample.now)[0])
        let reply = try Sample.created("9b2e8c1a-0000-4000-8000-000000000001")
        let watch = SessionWatch(recordKey: nil, firstPollAt: Sample.now)
        #expect(try await ledger.record([NewDecision(key: next, reply: reply, watch: watch)]) == [.recorded])
        let lease = try await ledger.lease()
        #expect(lease.sessions.map(\.key) == [next] && lease.sessions.map(\.sessionID) == [reply.session?.sessionID])
        _ = try await ledger.recordPolls([.end(next, .completed)], under: lease.token, at: Sample.now)
        try await ledger.markPublished([PublishedEvent(key: next, status: .completed, nextPollAt: nil)], under: lease.token)
      }
    },
    .one("a renewed session that surely nobody can open is not watched any more; one that somebody may have opened is") { ledger in
      let surely = try await ledger.watch("surely", published: false)
      let perhaps = try await ledger.watch("perhaps", published: false)
      let marked = try await ledger.watch("marked")
      let old = Sample.now + CreatedSession.lifetime
      let renewals = [
        GenerationRenewal(key: surely, mayBePublished: false), .init(key: perhaps, mayBePublished: true),
        .init(key: marked, mayBePublished: false),
      ]
      #expect(try await ledger.renew(renewals, at: old).map { $0?.generation } == [2, 2, 2])
      #expect(Set(try await ledger.lease(at: old).sessions.map(\.key)) == [perhaps, marked])
      #expect(try await ledger.outstandingCounts(now: old).outstanding == 2)
    },
    .one("a session of which anything was recorded to be told goes on when it is renewed, whatever the caller knows of its reply") {
      ledger in
      let told = try await ledger.watch("told", published: false)
      let untold = try await ledger.watch("untold", published: false)
      let asked = try await ledger.watch("asked", published: false)
      let lease = try await ledger.lease()
      let polls: [PollRecord] = [.end(told, .created), .end(untold, .created), .poll(asked, due: Sample.leaseEnd)]
      #expect(try await ledger.recordPolls(polls, under: lease.token, at: Sample.now) == [true, true, true])
      try await ledger.markPublished([PublishedEvent(key: told, status: .created, nextPollAt: Sample.leaseEnd)], under: lease.token)
      let renewals = [told, untold, asked].map { GenerationRenewal(key: $0, mayBePublished: false) }
      #expect(try await ledger.renew(renewals, at: Sample.now).map { $0?.generation } == [2, 2, 2])
      let left = try await ledger.lease(at: Sample.leaseEnd).sessions
      #expect(left.map(\.key) == [told, untold] && left.map(\.unpublishedEvent?.status) == [nil, .created])
      #expect(try await ledger.outstandingCounts(now: Sample.now).outstanding == 2)
    },
    .one("renewing takes a session from whoever polls it, but never an end that is recorded") { ledger in
      let polled = try await ledger.watch("polled", published: false)
      let ended = try await ledger.watch("ended", published: false)
      let lease = try await ledger.lease()
      _ = try await ledger.recordPolls([.end(ended, .canceled)], under: lease.token, at: Sample.now)
      let renewals = [polled, ended].map { GenerationRenewal(key: $0, mayBePublished: false) }
      #expect(try await ledger.renew(renewals, at: Sample.now).map { $0?.generation } == [2, 2])
      #expect(try await ledger.recordPolls([.end(polled, .timedOut)], under: lease.token, at: Sample.now) == [false])
      let left = try await ledger.lease(at: Sample.leaseEnd)
      #expect(left.sessions.map(\.unpublishedEvent?.status) == [.canceled])
    },
  ]
}
