import CheckoutSession
import Ledger
import Testing

extension ConformanceCase {
  /// Which of the due sessions are leased.
  static let leaseOrder: [ConformanceCase] = [
    .one("half of a lease is for the living and half for the overdue, and either fills what the other leaves") { ledger in
      func expect(_ limit: Int, living: Int, overdue: Int, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let lease = try await ledger.lease(limit: limit)
        let isLiving = lease.sessions.map { $0.identity.merchantID == "living" }
        #expect(isLiving.count { $0 } == living && isLiving.count { !$0 } == overdue, "\(limit)", sourceLocation: sourceLocation)
        try await ledger.release(lease.sessions.map(\.key), under: lease.token, dueAt: Sample.now)
      }
      for number in 0..<10 { try await ledger.watchOverdue("old-\(number)", .seconds(number)) }
      for number in 0..<2 { try await ledger.watch("new-\(number)", merchant: "living") }
      try await expect(8, living: 2, overdue: 6)
      for number in 2..<10 { try await ledger.watch("new-\(number)", merchant: "living") }
      try await expect(8, living: 4, overdue: 4)
      try await expect(7, living: 4, overdue: 3)
      try await expect(1, living: 1, overdue: 0)
      try await expect(30, living: 10, overdue: 10)
      let all = try await ledger.lease()
      let later = all.sessions.filter { $0.identity.merchantID == "overdue" }.prefix(8).map(\.key)
      try await ledger.release(later, under: all.token, dueAt: Sample.leaseEnd)
      try await ledger.release(all.sessions.map(\.key), under: all.token, dueAt: Sample.now)
      try await expect(8, living: 6, overdue: 2)
    },
    .one("the living go first, the nearest deadline first among them, and among the overdue") { ledger in
      let ages: [Duration] = [.seconds(5), .seconds(5000), .seconds(899), .seconds(90_000), .seconds(1000)]
      for (number, age) in ages.enumerated() { try await ledger.watch("request-\(number)", createdAt: Sample.now - age) }
      let order = try await ledger.lease().sessions.map(\.identity.requestID)
      #expect(order == ["request-4", "request-2", "request-0", "request-3", "request-1"])
    },
    .one("a session counts as living for three minutes after its deadline: its forced last poll is due then") { ledger in
      let border = Sample.now - .seconds(180) - CreatedSession.lifetime
      try await ledger.watch("overdue", createdAt: border)
      try await ledger.watch("longer overdue", createdAt: border - .seconds(1))
      try await ledger.watch("ending", createdAt: border + .milliseconds(1))
      #expect(try await ledger.lease(limit: 2).sessions.map(\.identity.requestID) == ["ending", "longer overdue"])
    },
    .one("a living session is found though it became due before it was created, by a clock that was put back") { ledger in
      let key = try await ledger.watch("a", firstPollAt: Sample.now - .seconds(7200))
      #expect(try await ledger.lease().sessions.map(\.key) == [key])
    },
    .one("what was leased before the clock was put back is due, as soon as no lease of now could be that long") { ledger in
      let keys = [try await ledger.watch("a"), try await ledger.watch("b")]
      try await ledger.watch("scheduled", firstPollAt: Sample.now + .seconds(86_400))
      let before = Sample.now + .seconds(3600)
      let lost = try await ledger.lease(at: before)
      #expect(lost.sessions.map(\.key) == keys)
      let twoLeasesBeforeItsEnd = before - .seconds(60)
      #expect(try await ledger.lease(at: twoLeasesBeforeItsEnd).sessions.isEmpty, "it may be another's, whose clock is ahead")
      let earlier = twoLeasesBeforeItsEnd - .milliseconds(1)
      #expect(try await ledger.leaseDue(now: earlier, until: earlier, limit: 10).sessions.isEmpty, "a lease without a length says nothing")
      #expect(try await ledger.lease(at: earlier, limit: 0).sessions.isEmpty)
      let first = try await ledger.lease(at: earlier, limit: 1)
      let second = try await ledger.lease(at: earlier)
      #expect(first.sessions.count == 1 && Set((first.sessions + second.sessions).map(\.key)) == Set(keys))
      let records = [PollRecord.poll(keys[0], due: before), .poll(keys[1], due: before)]
      #expect(try await ledger.recordPolls(records, under: lost.token, at: earlier) == [false, false])
    },
    .one("a lease that the clock left behind takes its holder's late record, as long as nobody else has the session") { ledger in
      let key = try await ledger.watch("a")
      try await ledger.watch("b")
      let lost = try await ledger.lease(at: Sample.now + .seconds(3600))
      let first = try await ledger.lease(limit: 1)
      let other = try #require(lost.sessions.map(\.key).first { $0 != first.sessions.first?.key })
      #expect(first.sessions.count == 1 && [key, other].contains(other))
      #expect(try await ledger.recordPolls([.poll(other, due: Sample.leaseEnd)], under: lost.token, at: Sample.now) == [true])
    },
  ]
}

extension LedgerStore {
  /// Watches a session that is overdue by the border of three minutes and some more.
  fileprivate func watchOverdue(_ requestID: String, _ more: Duration) async throws {
    try await watch(requestID, merchant: "overdue", createdAt: Sample.now - CreatedSession.lifetime - .seconds(180) - more)
  }
}
