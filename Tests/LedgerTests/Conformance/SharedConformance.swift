import CheckoutSession
import Ledger
import Synchronization
import Testing

extension ConformanceCase {
  /// What holds while several workers go at the same rows as fast as they can.
  static let shared: [ConformanceCase] = [
    ConformanceCase("of workers that claim, decide and publish the same requests at once, all publish the same replies", isShared: true) {
      open in
      let ledgers = [try await open(), try await open(), try await open()]
      let claims = try (0..<120).map { try Sample.claim("request-\($0)", merchant: "merchant-\($0 % 5)") }
      let published = try await atOnce(ledgers) { number, ledger in
        var replies: [RequestIdentity: DecidedReply] = [:]
        let mine = try Sample.created("9b2e8c1a-0000-4000-8000-00000000000\(number)", attempts: number + 1)
        // Each in an order and with batches of its own.
        let order = number == 0 ? claims : number == 1 ? claims.reversed() : claims.filter { $0.identity.requestID.hasSuffix("7") } + claims
        for start in stride(from: 0, to: order.count, by: 20 + number * 7) {
          let batch = Array(order[start..<min(start + 20 + number * 7, order.count)])
          let settled = try await ledger.settleAll(batch, mine)
          replies.merge(settled) { first, second in
            #expect(first == second)
            return first
          }
        }
        return replies
      }
      #expect(published[0].count == claims.count && published[1] == published[0] && published[2] == published[0])
      let statistics = try await ledgers[0].statistics(now: Sample.now)
      #expect(statistics.identities == 120 && statistics.decisions[.created] == 120 && statistics.publishedTotal == 120)
      #expect(statistics.undecided.count == 0 && statistics.unpublished.count == 0)
    },
    ConformanceCase("of workers that renew the same sessions again and again, each generation is one's", isShared: true) { open in
      let ledgers = [try await open(), try await open()]
      let claims = try (0..<30).map { try Sample.claim("request-\($0)") }
      _ = try await ledgers[0].settleAll(claims, Sample.created())
      let renewed = try await atOnce(ledgers) { number, ledger in
        var renewed: [ClaimKey] = []
        for round in 1...8 {
          let at = Sample.now + CreatedSession.lifetime * round
          var known: [GenerationRenewal] = []
          for case .decided(let key, _) in try await ledger.claim(number == 0 ? claims : claims.reversed(), at: at) {
            known.append(GenerationRenewal(key: key, mayBePublished: true))
          }
          let keys = try await ledger.renew(known, at: at).compactMap(\.self)
          renewed += keys
          _ = try await ledger.record(keys.map { ($0, try Sample.created(at: at - CreatedSession.lifetime)) })
        }
        return renewed
      }
      let all = renewed.flatMap(\.self)
      #expect(Set(all).count == all.count)
      for case .decided(let key, _) in try await ledgers[0].claim(claims, at: Sample.now) {
        #expect(Set(all.filter { $0.row == key.row }.map(\.generation)) == Set(2...key.generation))
      }
      #expect(try await ledgers[0].statistics(now: Sample.now).decisions[.created] == 30 + all.count)
    },
    ConformanceCase("a session is never leased to two, however leases are given back, recorded and ended", isShared: true) { open in
      let ledgers = [try await open(), try await open(), try await open()]
      for number in 0..<40 { try await ledgers[0].watch("request-\(number)") }
      let held = Mutex<Set<ClaimKey>>([])
      let ended = try await atOnce(ledgers) { number, ledger in
        var ended: [ClaimKey] = []
        for round in 0..<25 {
          let lease = try await ledger.lease(limit: 3 + number)
          let keys = lease.sessions.map(\.key)
          for key in keys { #expect(held.withLock { $0.insert(key).inserted }, "round \(round)") }
          if let last = keys.last {
            held.withLock { _ = $0.remove(last) }
            #expect(try await ledger.recordPolls([.end(last, .timedOut)], under: lease.token, at: Sample.now) == [true])
            try await ledger.markPublished([PublishedEvent(key: last, status: .timedOut, nextPollAt: nil)], under: lease.token)
            ended.append(last)
          }
          let others = Array(keys.dropLast())
          held.withLock { $0.subtract(others) }
          let half = Array(others.prefix(others.count / 2))
          let polls = half.map { PollRecord.poll($0, due: Sample.now) }
          #expect(try await ledger.recordPolls(polls, under: lease.token, at: Sample.now) == half.map { _ in true })
          try await ledger.release(Array(others.dropFirst(half.count)), under: lease.token, dueAt: Sample.now)
        }
        return ended
      }
      let all = ended.flatMap(\.self)
      #expect(Set(all).count == all.count)
      let statistics = try await ledgers[0].outstanding()
      #expect(statistics.count == 40 - all.count && statistics.endedTotal[.timedOut] == all.count && statistics.leased == 0)
    },
    ConformanceCase("grants that are asked for at once never add up to more than 1", isShared: true) { open in
      let ledgers = [try await open(), try await open(), try await open()]
      // What each process may believe of itself. Before it asks it gives up what it has, and so does no more than it may.
      let beliefs = Mutex<[Int: Double]>([:])
      _ = try await atOnce(ledgers) { number, ledger in
        for round in 0..<40 {
          beliefs.withLock { $0[number] = nil }
          let wanted = Double((number + 2) * (round + 3) * 37 % 101) / 90
          let grant = try await ledger.quotaGrant(
            for: Sample.member(Int64(number + 1)), now: Sample.now, until: Sample.now + .seconds(3)
          ) { _, _ in wanted }
          let sum = beliefs.withLock { beliefs in
            beliefs[number] = grant.granted
            return beliefs.values.reduce(0, +)
          }
          #expect(sum <= 1, "round \(round)")
        }
      }
    },
  ]

  /// What each call may be told a second time: its answer was lost.
  static let repetitions: [ConformanceCase] = [
    .one("every call may be made again, as if its answer had been lost") { ledger in
      let claim = try Sample.claim("a")
      let key = try await ledger.claimNew(claim)
      #expect(try await ledger.claim([claim], at: Sample.now) == [.inDoubt(key)])
      let decision = NewDecision(
        key: key, reply: try Sample.created(), watch: SessionWatch(recordKey: nil, firstPollAt: Sample.now))
      for _ in 0..<2 { #expect(try await ledger.record([decision]) == [.recorded]) }
      for _ in 0..<2 { try await ledger.markPublished([key], at: Sample.now) }
      let lease = try await ledger.lease()
      for _ in 0..<2 { #expect(try await ledger.recordPolls([.end(key, .failed)], under: lease.token, at: Sample.now) == [true]) }
      let event = PublishedEvent(key: key, status: .failed, nextPollAt: nil)
      for _ in 0..<2 { try await ledger.markPublished([event], under: lease.token) }
      #expect(try await ledger.renew([key], at: Sample.now) == [ClaimKey(row: key.row, generation: 2)])
      #expect(try await ledger.renew([key], at: Sample.now) == [nil])
      for _ in 0..<2 {
        let grant = try await ledger.quotaGrant(for: Sample.member(1), now: Sample.now, until: Sample.leaseEnd) { _, _ in 0.75 }
        #expect(grant.granted == 0.75)
      }
      let statistics = try await ledger.statistics(now: Sample.now)
      #expect(statistics.decisions[.created] == 1 && statistics.publishedTotal == 1 && statistics.outstanding?.count == 0)
      #expect(statistics.outstanding?.pollsTotal == 1 && statistics.outstanding?.endedTotal[.failed] == 1)
    },
    .one("a text may have any character in it, U+0000 too") { ledger in
      let texts = ["\u{0}", "a\u{0}", "a\u{1A}0", "\u{1A}", "\u{1A}1", "\u{1A}\u{0}", "'\"\\$1;--{},NULL", "\u{10FFFF}"]
      for text in texts {
        var claim = try Sample.claim(text)
        claim.merchantTransactionID = text
        var reply = Sample.declined(.failed, field: text)
        reply.error?.detail = text
        let key = try await ledger.settle(claim, reply)
        #expect(try await ledger.claim([claim], at: Sample.now) == [.decided(key, reply)])
      }
      #expect(try await ledger.auditPage(after: nil, limit: 100).map(\.identity.requestID) == texts)
      try await ledger.watch("\u{0}", merchant: "m2")
      let session = try await ledger.lease().sessions.first
      #expect(session?.identity.requestID == "\u{0}" && session?.merchantTransactionID == "order-\u{0}")
    },
  ]
}

/// Runs `body` on every ledger at once, and gives what each came to.
private func atOnce<Value: Sendable>(
  _ ledgers: [any LedgerStore], _ body: @escaping @Sendable (_ number: Int, any LedgerStore) async throws -> Value
) async throws -> [Value] {
  try await withThrowingTaskGroup(of: (Int, Value).self) { group in
    for (number, ledger) in ledgers.enumerated() { group.addTask { (number, try await body(number, ledger)) } }
    return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
  }
}

extension LedgerStore {
  /// What a worker does with a batch: claims it, decides what is not decided as `mine`, marks all, and gives the reply that it publishes for each.
  fileprivate func settleAll(_ batch: [RequestClaim], _ mine: DecidedReply) async throws -> [RequestIdentity: DecidedReply] {
    var replies: [RequestIdentity: DecidedReply] = [:]
    var keys: [ClaimKey] = []
    var open: [(RequestIdentity, ClaimKey)] = []
    for (claim, outcome) in zip(batch, try await self.claim(batch, at: Sample.now)) {
      switch outcome {
      case .new(let key), .inDoubt(let key): open.append((claim.identity, key))
      case .decided(let key, let reply):
        replies[claim.identity] = reply
        keys.append(key)
      case .conflict: Issue.record("a conflict")
      }
    }
    for ((identity, key), result) in zip(open, try await record(open.map { ($0.1, mine) })) {
      if case .superseded(let reply) = result { replies[identity] = reply } else { replies[identity] = mine }
      keys.append(key)
    }
    try await markPublished(keys, at: Sample.now)
    return replies
  }
}
