import CheckoutSession
import Ledger
import Testing

extension ConformanceCase {
  /// Who polls which session until when.
  static let leases: [ConformanceCase] = [
    .one("a recorded session is due at its first poll, with all that is known of it") { ledger in
      let key = try await ledger.watch("a", firstPollAt: Sample.now + .seconds(5), recordKey: [0, 255, 7])
      #expect(try await ledger.lease(at: Sample.now + .milliseconds(4999)).sessions.isEmpty)
      let lease = try await ledger.leaseDue(now: Sample.now + .seconds(5), until: Sample.leaseEnd, limit: 10)
      let claim = try Sample.claim("a")
      let session = try #require(try Sample.created().session)
      #expect(
        lease.sessions == [
          OutstandingSession(
            key: key, identity: claim.identity, merchantTransactionID: claim.merchantTransactionID, mode: claim.mode,
            sessionID: session.sessionID, createdAt: session.createdAt, expiresAt: session.expiresAt, recordKey: [0, 255, 7],
            status: .accepted, polls: 0, failures: 0)
        ])
      #expect(lease.until == Sample.leaseEnd)
    },
    .one("a record key may be empty or missing, which is not the same") { ledger in
      try await ledger.watch("a", createdAt: Sample.now - .seconds(1), recordKey: [])
      try await ledger.watch("b")
      #expect(try await ledger.lease().sessions.map(\.recordKey) == [[], nil])
    },
    .one("a decision that nobody watches, that is no session, or that came second is not outstanding") { ledger in
      try await ledger.settle(Sample.claim("a"), Sample.created())
      let watch = SessionWatch(recordKey: nil, firstPollAt: Sample.now)
      let failed = try await ledger.claimNew(Sample.claim("b"))
      _ = try await ledger.record([NewDecision(key: failed, reply: Sample.declined(.failed), watch: watch)])
      let taken = try await ledger.settle(Sample.claim("c"), Sample.created())
      let late = try Sample.created("9b2e8c1a-0000-4000-8000-000000000001")
      #expect(try await ledger.record([NewDecision(key: taken, reply: late, watch: watch)]) == [.superseded(Sample.created())])
      #expect(try await ledger.lease().sessions.isEmpty)
      #expect(
        try await ledger.outstandingCounts(now: Sample.now) == OutstandingCounts(outstanding: 0, due: 0, unresolved: 0, nextDueAt: nil))
    },
    .one("the due sessions nearest their deadline go first, whenever they became due") { ledger in
      for (number, age) in [5, 800, 20, 850, 300].enumerated() {
        try await ledger.watch(
          "request-\(number)", createdAt: Sample.now - .seconds(age), firstPollAt: Sample.now - .seconds(number))
      }
      try await ledger.watch("later", createdAt: Sample.now - .seconds(899), firstPollAt: Sample.now + .milliseconds(1))
      let first = try await ledger.lease(limit: 3)
      #expect(first.sessions.map(\.identity.requestID) == ["request-3", "request-1", "request-4"])
      #expect(try await ledger.lease().sessions.map(\.identity.requestID) == ["request-2", "request-0"])
      #expect(try await ledger.lease(limit: 0).sessions.isEmpty)
    },
    .one("what is leased is nobody else's until the lease ends; then it is anybody's") { ledger in
      let key = try await ledger.watch("a")
      let first = try await ledger.lease()
      #expect(try await ledger.lease(at: Sample.leaseEnd - .milliseconds(1)).sessions.isEmpty)
      let second = try await ledger.lease(at: Sample.leaseEnd)
      #expect(second.sessions.map(\.key) == [key] && second.token != first.token)
      let records = [PollRecord.poll(key, due: Sample.now)]
      #expect(try await ledger.recordPolls(records, under: first.token, at: Sample.now) == [false])
      try await ledger.release([key], under: first.token, dueAt: Sample.now)
      #expect(try await ledger.lease(at: Sample.leaseEnd).sessions.isEmpty, "the first lease's holder cannot give back the second's")
      #expect(try await ledger.recordPolls(records, under: second.token, at: Sample.now) == [true])
      #expect(try await ledger.recordPolls(records, under: second.token, at: Sample.now) == [false], "the record ended the lease")
    },
    .one("a late record stands as long as nobody else has taken the session") { ledger in
      let key = try await ledger.watch("a")
      let lease = try await ledger.lease()
      let late = Sample.leaseEnd + .seconds(3600)
      #expect(try await ledger.recordPolls([.poll(key, polls: 4, due: late)], under: lease.token, at: late) == [true])
      #expect(try await ledger.lease(at: late).sessions.map(\.polls) == [4])
    },
    .one("what is given back is due when it was said to be, unchanged") { ledger in
      let keys = [try await ledger.watch("a"), try await ledger.watch("b")]
      let lease = try await ledger.lease()
      try await ledger.release([keys[1]], under: lease.token, dueAt: Sample.now + .seconds(10))
      #expect(try await ledger.lease(at: Sample.now + .seconds(9)).sessions.isEmpty)
      let again = try await ledger.lease(at: Sample.now + .seconds(10))
      #expect(again.sessions == lease.sessions.filter { $0.key == keys[1] })
    },
    .one("the counts say what is due, and when the next thing happens") { ledger in
      let keys = [
        try await ledger.watch("a"), try await ledger.watch("b"), try await ledger.watch("c", firstPollAt: Sample.now + .seconds(30)),
      ]
      #expect(try await ledger.outstandingCounts(now: Sample.now) == .init(outstanding: 3, due: 2, unresolved: 0, nextDueAt: Sample.now))
      let lease = try await ledger.lease()
      #expect(
        try await ledger.outstandingCounts(now: Sample.now)
          == .init(outstanding: 3, due: 0, unresolved: 0, nextDueAt: Sample.now + .seconds(30)))
      #expect(try await ledger.recordPolls([.end(keys[0], .failed)], under: lease.token, at: Sample.now) == [true])
      #expect(
        try await ledger.outstandingCounts(now: Sample.leaseEnd)
          == .init(outstanding: 3, due: 3, unresolved: 0, nextDueAt: Sample.now + .seconds(30)))
      try await ledger.markPublished([PublishedEvent(key: keys[0], status: .failed, nextPollAt: nil)], under: lease.token)
      #expect(try await ledger.outstandingCounts(now: Sample.now).outstanding == 2)
    },
    .one("what is to be settled is counted by merchant, without what is unresolved and told") { ledger in
      let keys = [
        try await ledger.watch("a", merchant: "m1"), try await ledger.watch("b", merchant: "m1"),
        try await ledger.watch("c", merchant: "m2"),
        try await ledger.watch("d", merchant: "m1"),
      ]
      func unsettled(_ merchants: [String], except keys: [ClaimKey] = [], max: Int = 100) async throws -> Int {
        try await ledger.unsettledCount(of: merchants, except: keys, max: max)
      }
      let all = try await unsettled(["m1", "m2", "nobody"])
      let limited = [
        try await unsettled(["m1"], max: 2), try await unsettled(["m1"], max: 0), try await unsettled([]), try await unsettled(["x"]),
      ]
      #expect(all == 4 && limited == [2, 0, 0, 0])
      let others = try await unsettled(["m1", "m2"], except: [keys[0], keys[2], ClaimKey(row: 4711, generation: 1)])
      #expect(others == 2)
      let lease = try await ledger.lease()
      _ = try await ledger.recordPolls(
        [.end(keys[0], .unresolved), .end(keys[1], .unresolved), .end(keys[3], .failed)], under: lease.token, at: Sample.now)
      let untold = try await unsettled(["m1"])
      #expect(untold == 3)
      try await ledger.markPublished([PublishedEvent(key: keys[0], status: .unresolved, nextPollAt: Sample.now)], under: lease.token)
      let told = [try await unsettled(["m1"]), try await unsettled(["m2"]), try await ledger.outstandingCounts(now: Sample.now).unresolved]
      #expect(told == [2, 1, 2])
      try await ledger.markPublished([PublishedEvent(key: keys[3], status: .failed, nextPollAt: nil)], under: lease.token)
      try await ledger.end(keys[0], .completed)
      let later = [try await unsettled(["m1"]), try await ledger.outstandingCounts(now: Sample.now).unresolved]
      #expect(later == [1, 1])
    },
    ConformanceCase("of reconcilers that lease at once, each gets sessions of its own, and together they get all", isShared: true) { open in
      let ledgers = [try await open(), try await open(), try await open()]
      for number in 0..<60 { try await ledgers[0].watch("request-\(number)") }
      let keys = try await withThrowingTaskGroup(of: [ClaimKey].self) { group in
        for ledger in ledgers {
          group.addTask {
            var keys: [ClaimKey] = []
            while true {
              let lease = try await ledger.lease(limit: 7)
              if lease.sessions.isEmpty { return keys }
              keys += lease.sessions.map(\.key)
            }
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(keys.count == 60 && Set(keys).count == 60)
    },
    ConformanceCase("a killed reconciler's sessions come back by themselves", isShared: true) { open in
      let killed = try await open()
      let key = try await killed.watch("a")
      _ = try await killed.lease()
      await killed.close()
      let next = try await open()
      #expect(try await next.lease().sessions.isEmpty)
      #expect(try await next.lease(at: Sample.leaseEnd).sessions.map(\.key) == [key])
    },
  ]
}
