import CheckoutSession
import Ledger
import Testing

extension ConformanceCase {
  /// What polls change, and the outbox of their events.
  static let polls: [ConformanceCase] = [
    .one("an empty batch of the reconciliation is no work") { ledger in
      let token = SessionLease.Token(rawValue: 1)
      #expect(try await ledger.recordPolls([], under: token, at: Sample.now).isEmpty)
      try await ledger.markPublished([PublishedEvent](), under: token)
      try await ledger.release([], under: token, dueAt: Sample.now)
      #expect(try await ledger.lease().sessions.isEmpty)
    },
    .one("a poll without an event ends the lease and keeps what it saw") { ledger in
      let key = try await ledger.watch("a")
      let lease = try await ledger.lease()
      let due = Sample.now + .seconds(20)
      #expect(try await ledger.recordPolls([.poll(key, polls: 3, failures: 2, due: due)], under: lease.token, at: Sample.now) == [true])
      #expect(try await ledger.lease(at: due - .milliseconds(1)).sessions.isEmpty)
      var expected = lease.sessions
      (expected[0].polls, expected[0].failures) = (3, 2)
      #expect(try await ledger.lease(at: due).sessions == expected)
    },
    .one("an event is handed out until it is marked, the lease goes on meanwhile") { ledger in
      let key = try await ledger.watch("a")
      let observed = Sample.now + .seconds(2)
      let record = PollRecord(key: key, status: .created, polls: 5, failures: 1, next: .publish(observedAt: observed))
      let first = try await ledger.lease()
      #expect(try await ledger.recordPolls([record], under: first.token, at: observed) == [true])
      #expect(
        try await ledger.recordPolls([record], under: first.token, at: observed) == [true], "our own, of a call whose answer was lost")
      #expect(try await ledger.lease(at: observed).sessions.isEmpty)
      for round in 1...2 {
        let lease = try await ledger.lease(at: Sample.now + .seconds(60 * round))
        #expect(lease.sessions.first?.unpublishedEvent == RecordedEvent(status: .created, observedAt: observed, polls: 5))
        #expect(lease.sessions.first?.status == .created && lease.sessions.first?.failures == 1)
      }
      let last = try await ledger.lease(at: Sample.now + .seconds(180))
      let due = Sample.now + .seconds(200)
      try await ledger.markPublished([PublishedEvent(key: key, status: .created, nextPollAt: due)], under: last.token)
      #expect(try await ledger.lease(at: due - .milliseconds(1)).sessions.isEmpty)
      let marked = try await ledger.lease(at: due)
      #expect(marked.sessions.map(\.unpublishedEvent) == [nil] && marked.sessions.map(\.status) == [.created])
    },
    .one("an unpublished event survives a release, and no other record takes its place") { ledger in
      let key = try await ledger.watch("a")
      let first = try await ledger.lease()
      #expect(try await ledger.recordPolls([.end(key, .timedOut)], under: first.token, at: Sample.now) == [true])
      try await ledger.release([key], under: first.token, dueAt: Sample.now)
      let second = try await ledger.lease()
      let event = RecordedEvent(status: .timedOut, observedAt: Sample.now, polls: 1)
      #expect(second.sessions.map(\.unpublishedEvent) == [event])
      let others = [PollRecord.end(key, .completed), .poll(key, .created, due: Sample.now), .end(key, .timedOut, at: Sample.leaseEnd)]
      #expect(try await ledger.recordPolls(others, under: second.token, at: Sample.now) == [false, false, false])
      try await ledger.release([key], under: second.token, dueAt: Sample.now)
      #expect(try await ledger.lease().sessions.map(\.unpublishedEvent) == [event])
    },
    .one("the mark of another event, or of none, changes nothing") { ledger in
      let key = try await ledger.watch("a")
      let lease = try await ledger.lease()
      let marks = [PublishedEvent(key: key, status: .accepted, nextPollAt: Sample.now), .init(key: key, status: .failed, nextPollAt: nil)]
      try await ledger.markPublished(marks, under: lease.token)
      #expect(try await ledger.lease().sessions.isEmpty)
      _ = try await ledger.recordPolls([.end(key, .completed)], under: lease.token, at: Sample.now)
      try await ledger.markPublished(marks, under: lease.token)
      let statistics = try await ledger.outstanding()
      #expect(statistics.unpublishedEvents.count == 1 && statistics.leased == 1 && statistics.publishedEventsTotal == 0)
    },
    .one("an event is out whoever holds the lease, but when the session is due is the holder's to say") { ledger in
      let key = try await ledger.watch("a")
      let late = try await ledger.lease()
      let record = PollRecord(key: key, status: .unresolved, polls: 9, failures: 9, next: .publish(observedAt: Sample.now))
      _ = try await ledger.recordPolls([record], under: late.token, at: Sample.now)
      let holder = try await ledger.lease(at: Sample.leaseEnd)
      #expect(holder.sessions.first?.unpublishedEvent != nil)
      try await ledger.markPublished([PublishedEvent(key: key, status: .unresolved, nextPollAt: Sample.now)], under: late.token)
      #expect(try await ledger.lease(at: Sample.leaseEnd).sessions.isEmpty)
      #expect(try await ledger.recordPolls([.end(key, .completed)], under: holder.token, at: Sample.leaseEnd) == [true])
    },
    .one("a batch is recorded whole or not at all, in its order, each by its own lease") { ledger in
      let keys = [try await ledger.watch("a"), try await ledger.watch("b")]
      let lease = try await ledger.lease()
      let unknown = ClaimKey(row: keys[1].row + 1000, generation: 1)
      let records = [PollRecord.poll(unknown, due: Sample.now), .poll(keys[1], polls: 2, due: Sample.now)]
      #expect(try await ledger.recordPolls(records, under: lease.token, at: Sample.now) == [false, true])
      let failure = await #expect(throws: LedgerFailure.self) {
        let silent = PollRecord.poll(keys[0], .completed, due: Sample.now)
        _ = try await ledger.recordPolls([.poll(keys[0], due: Sample.now), silent], under: lease.token, at: Sample.now)
      }
      #expect(failure?.code == .unexpected)
      #expect(try await ledger.lease().sessions.map(\.key) == [keys[1]], "the first poll of the failed batch did not end its lease")
    },
  ]
}
