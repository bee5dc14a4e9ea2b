import CheckoutSession
import Ledger
import Testing

extension ConformanceCase {
  /// What ops changes about an identity by a replay: its body, or that it has had a session.
  static let edits: [ConformanceCase] = [
    .one("an edited body replaces the one that failed, and the identity is new") { ledger in
      for outcome in [ReplyOutcome.failed, .rejected, .expired] {
        let id = outcome.rawValue
        let key = try await ledger.settle(Sample.claim(id), Sample.declined(outcome))
        let edit = try Sample.edit(id, from: 1, to: 2)
        let next = try await ledger.claimNew(edit)
        #expect(next == ClaimKey(row: key.row, generation: 2))
        #expect(try await ledger.claim([edit], at: Sample.now) == [.inDoubt(next)], "delivered again")
        let former = [try Sample.claim(id), try Sample.claim(id, replayCount: 1)]
        #expect(try await ledger.claim(former, at: Sample.now) == [.conflict, .conflict], "the former body")
        let reply = try Sample.created()
        #expect(try await ledger.record([(next, reply)]) == [.recorded])
        #expect(try await ledger.claim([edit] + former, at: Sample.now) == [.decided(next, reply), .conflict, .conflict])
      }
    },
    .one("the mode and the merchant's own id are those of the edited body") { ledger in
      try await ledger.settle(Sample.claim("a"), Sample.declined(.rejected))
      var edit = try Sample.edit("a", from: 1, to: 2)
      (edit.mode, edit.merchantTransactionID, edit.source.offset) = (.paymentMethodEntry, "order-2", 99)
      let key = try await ledger.claimNew(edit)
      let decision = NewDecision(
        key: key, reply: try Sample.created(), watch: SessionWatch(recordKey: nil, firstPollAt: Sample.now))
      _ = try await ledger.record([decision])
      let session = try #require(try await ledger.lease().sessions.first)
      #expect(session.mode == .paymentMethodEntry && session.merchantTransactionID == "order-2")
      #expect(try await ledger.auditPage(after: nil, limit: 10).last?.source.offset == 99)
    },
    .one("an edit is a conflict unless it replaces the ledger's very body, under a higher count, of what has no session") { ledger in
      try await ledger.settle(Sample.claim("failed"), Sample.declined(.failed))
      var lost = try Sample.edit("failed", from: 1, to: 2)
      lost.replaces = nil
      let other = [try Sample.edit("failed", from: 9, to: 2), try Sample.edit("failed", from: 1, to: 2, replayCount: 0), lost]
      #expect(try await ledger.claim(other, at: Sample.now) == [.conflict, .conflict, .conflict])
      _ = try await ledger.claimNew(Sample.claim("undecided"))
      try await ledger.settle(Sample.claim("created"), Sample.created())
      for id in ["undecided", "created"] {
        #expect(try await ledger.claim([Sample.edit(id, from: 1, to: 2)], at: Sample.now) == [.conflict])
      }
      // None of these has changed what the identity stands for.
      #expect(try await ledger.claim([Sample.edit("failed", from: 1, to: 3)], at: Sample.now).count == 1)
      #expect(try await ledger.claim([Sample.claim("failed", body: 3, replayCount: 1)], at: Sample.now) != [.conflict])
    },
    .one("an edit may be edited again, from the body that it made") { ledger in
      let key = try await ledger.settle(Sample.claim("a"), Sample.declined(.rejected))
      let second = try await ledger.claimNew(Sample.edit("a", from: 1, to: 2))
      _ = try await ledger.record([(second, Sample.declined(.rejected))])
      #expect(try await ledger.claim([Sample.edit("a", from: 1, to: 3, replayCount: 2)], at: Sample.now) == [.conflict])
      #expect(try await ledger.claimNew(Sample.edit("a", from: 2, to: 3, replayCount: 2)) == ClaimKey(row: key.row, generation: 3))
    },
    .one("edits that follow each other in one batch see one another") { ledger in
      let key = try await ledger.settle(Sample.claim("a"), Sample.declined(.rejected))
      let batch = [try Sample.edit("a", from: 1, to: 2), try Sample.claim("a"), try Sample.edit("a", from: 1, to: 2)]
      let next = ClaimKey(row: key.row, generation: 2)
      #expect(try await ledger.claim(batch, at: Sample.now) == [.new(next), .conflict, .inDoubt(next)])
    },
    .one("a new session is made where the last one is known to be over, however it ended, once for a count") { ledger in
      for status in SessionStatus.allCases where status.isTerminal {
        let key = try await ledger.watch(status.rawValue)
        try await ledger.end(key, status)
        let again = try Sample.again(status.rawValue)
        let next = try await ledger.claimNew(again)
        #expect(next == ClaimKey(row: key.row, generation: 2))
        #expect(try await ledger.claim([again], at: Sample.now) == [.inDoubt(next)])
        let reply = try Sample.created(at: Sample.now + .seconds(5))
        _ = try await ledger.record([(next, reply)])
        #expect(try await ledger.claim([again], at: Sample.now) == [.decided(next, reply)])
      }
    },
    .one("a session that may be open is not followed by another, whatever ops wants") { ledger in
      let live = try await ledger.settle(Sample.claim("live"), Sample.created())
      #expect(try await ledger.claim([Sample.again("live")], at: Sample.now) == [.decided(live, try Sample.created())])
      let watched = try await ledger.watch("watched")
      #expect(try await ledger.claim([Sample.again("watched")], at: Sample.now) == [.decided(watched, try Sample.created())])
      let undecided = try await ledger.claimNew(Sample.claim("undecided"))
      #expect(try await ledger.claim([Sample.again("undecided")], at: Sample.now) == [.inDoubt(undecided)])
    },
    .one("without that wish a session that is over is not followed by another, and what has none is as without it") { ledger in
      let ended = try await ledger.watch("ended")
      try await ledger.end(ended, .canceled)
      guard case .decided(ended, _) = try await ledger.claim([Sample.claim("ended", replayCount: 1)], at: Sample.now)[0] else {
        throw UnexpectedClaim()
      }
      // The count is used up by that: only a higher one counts.
      guard case .decided(ended, _) = try await ledger.claim([Sample.again("ended")], at: Sample.now)[0] else { throw UnexpectedClaim() }
      #expect(try await ledger.claimNew(Sample.again("ended", replayCount: 2)).generation == 2)
      try await ledger.settle(Sample.claim("failed"), Sample.declined(.failed))
      #expect(try await ledger.claimNew(Sample.again("failed")).generation == 2)
    },
    .one("an edited body for a new session replaces that of one that is over") { ledger in
      let key = try await ledger.watch("a")
      try await ledger.end(key, .completed)
      var edit = try Sample.edit("a", from: 1, to: 2)
      #expect(try await ledger.claim([edit], at: Sample.now) == [.conflict])
      edit.wantsNewSession = true
      #expect(try await ledger.claimNew(edit).generation == 2)
      #expect(try await ledger.claim([Sample.claim("a")], at: Sample.now) == [.conflict])
    },
    .one("the event of a session that is over is still told when another has begun") { ledger in
      let key = try await ledger.watch("a")
      let lease = try await ledger.lease()
      #expect(try await ledger.recordPolls([.end(key, .failed)], under: lease.token, at: Sample.now) == [true])
      _ = try await ledger.claimNew(Sample.again("a"))
      #expect(try await ledger.outstandingCounts(now: Sample.now).outstanding == 1)
      try await ledger.markPublished([PublishedEvent(key: key, status: .failed, nextPollAt: nil)], under: lease.token)
      #expect(try await ledger.outstandingCounts(now: Sample.now).outstanding == 0)
    },
    ConformanceCase("of two workers that get the same edit at once, one makes the session", isShared: true) { open in
      let (left, right) = (try await open(), try await open())
      for number in 0..<50 { try await left.settle(Sample.claim("\(number)"), Sample.declined(.failed)) }
      let edits = try (0..<50).map { try Sample.edit("\($0)", from: 1, to: 2) }
      async let mine = left.claim(edits, at: Sample.now)
      async let theirs = right.claim(edits.reversed(), at: Sample.now)
      for pair in zip(try await mine, try await theirs.reversed()) {
        switch pair {
        case (.new(let key), .inDoubt(let same)), (.inDoubt(let key), .new(let same)): #expect(key == same && key.generation == 2)
        default: Issue.record("expected one new and one in doubt, got \(pair)")
        }
      }
    },
  ]
}

extension Sample {
  /// A claim whose body ops has edited.
  fileprivate static func edit(_ requestID: String, from: UInt8, to body: UInt8, replayCount: Int = 1) throws -> RequestClaim {
    var claim = try claim(requestID, body: body, replayCount: replayCount)
    claim.replaces = BodyHash(bytes: Array(repeating: from, count: 32))
    return claim
  }

  /// A claim for which ops wants a new session.
  fileprivate static func again(_ requestID: String, replayCount: Int = 1) throws -> RequestClaim {
    var claim = try claim(requestID, replayCount: replayCount)
    claim.wantsNewSession = true
    return claim
  }
}
