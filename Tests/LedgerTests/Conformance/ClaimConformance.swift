import CheckoutSession
import Ledger
import Testing

extension ConformanceCase {
  /// Claims: new, in doubt, decided, conflict, replayed.
  static let claims: [ConformanceCase] = [
    .one("an empty batch is no work") { ledger in
      #expect(try await ledger.claim([], at: Sample.now).isEmpty)
      #expect(try await ledger.record([NewDecision]()).isEmpty)
      #expect(try await ledger.renew([GenerationRenewal](), at: Sample.now).isEmpty)
      try await ledger.markPublished([], at: Sample.now)
    },
    .one("an unseen request is new, in generation 1, under a key of its own") { ledger in
      let outcomes = try await ledger.claim([Sample.claim("a"), Sample.claim("b")], at: Sample.now)
      guard case .new(let first) = outcomes[0], case .new(let second) = outcomes[1] else { throw UnexpectedClaim() }
      #expect(first.generation == 1 && second.generation == 1 && first.row != second.row)
    },
    .one("an undecided request is in doubt, under the same key") { ledger in
      let key = try await ledger.claimNew(Sample.claim("a"))
      #expect(try await ledger.claim([Sample.claim("a")], at: Sample.now) == [.inDoubt(key)])
      #expect(try await ledger.claim([Sample.claim("a")], at: Sample.now) == [.inDoubt(key)])
      #expect(try await ledger.statistics(now: Sample.now).inDoubtClaimsTotal == 2)
    },
    .one("a decided request gives the very reply back, whatever its outcome") { ledger in
      let capitals = try Sample.created("0F8FAD5B-D9CB-469F-A165-70867728950E", attempts: 3)
      let replies = [
        try Sample.created(), capitals, Sample.declined(.rejected, field: "payment.amount"), Sample.declined(.expired),
        Sample.declined(.failed),
      ]
      for (number, reply) in replies.enumerated() {
        let claim = try Sample.claim("request-\(number)")
        let key = try await ledger.settle(claim, reply, published: number.isMultiple(of: 2))
        #expect(try await ledger.claim([claim], at: Sample.now + .seconds(60)) == [.decided(key, reply)])
      }
    },
    .one("another body under the same identity is a conflict, before and after the decision") { ledger in
      let key = try await ledger.claimNew(Sample.claim("a", body: 1))
      #expect(try await ledger.claim([Sample.claim("a", body: 2)], at: Sample.now) == [.conflict])
      _ = try await ledger.record([(key, Sample.declined(.failed))])
      #expect(try await ledger.claim([Sample.claim("a", body: 2, replayCount: 9)], at: Sample.now) == [.conflict])
      #expect(try await ledger.claim([Sample.claim("a", body: 1)], at: Sample.now) == [.decided(key, Sample.declined(.failed))])
    },
    .one("an identity is merchant and request id together") { ledger in
      let first = try await ledger.claimNew(Sample.claim("a", merchant: "m1"))
      let second = try await ledger.claimNew(Sample.claim("a", merchant: "m2", body: 2))
      #expect(first.row != second.row)
    },
    .one("a request id is bytes: letter case, accents and an empty text are told apart") { ledger in
      for requestID in ["a", "A", "\u{E9}", "e\u{301}", "", " "] { _ = try await ledger.claimNew(Sample.claim(requestID)) }
      #expect(try await ledger.statistics(now: Sample.now).identities == 6)
    },
    .one("duplicates in a batch see what stands before them, in order") { ledger in
      let batch = [try Sample.claim("a"), try Sample.claim("b"), try Sample.claim("a"), try Sample.claim("a", body: 2)]
      let outcomes = try await ledger.claim(batch, at: Sample.now)
      guard case .new(let first) = outcomes[0], case .new(let second) = outcomes[1] else { throw UnexpectedClaim() }
      #expect(outcomes == [.new(first), .new(second), .inDoubt(first), .conflict])
    },
    .one("a later replay reopens what ended without a session, once") { ledger in
      for outcome in [ReplyOutcome.failed, .expired, .rejected] {
        let id = outcome.rawValue
        let key = try await ledger.settle(Sample.claim(id), Sample.declined(outcome))
        let reopened = try await ledger.claimNew(Sample.claim(id, replayCount: 1))
        #expect(reopened == ClaimKey(row: key.row, generation: 2))
        #expect(try await ledger.claim([Sample.claim(id, replayCount: 1)], at: Sample.now) == [.inDoubt(reopened)])
        #expect(try await ledger.record([(reopened, Sample.declined(outcome))]) == [.recorded])
        let again = try await ledger.claim([Sample.claim(id, replayCount: 1), Sample.claim(id)], at: Sample.now)
        #expect(again == [.decided(reopened, Sample.declined(outcome)), .decided(reopened, Sample.declined(outcome))])
      }
    },
    .one("a replay does not reopen a session") { ledger in
      let reply = try Sample.created()
      let key = try await ledger.settle(Sample.claim("a"), reply)
      #expect(try await ledger.claim([Sample.claim("a", replayCount: 1)], at: Sample.now) == [.decided(key, reply)])
    },
    .one("a replay that came while the request was undecided does not reopen the decision made for it") { ledger in
      let key = try await ledger.claimNew(Sample.claim("a"))
      #expect(try await ledger.claim([Sample.claim("a", replayCount: 1)], at: Sample.now) == [.inDoubt(key)])
      _ = try await ledger.record([(key, Sample.declined(.failed))])
      #expect(try await ledger.claim([Sample.claim("a", replayCount: 1)], at: Sample.now) == [.decided(key, Sample.declined(.failed))])
    },
    ConformanceCase("a crash between claim and decision leaves the request in doubt", isShared: true) { open in
      let crashed = try await open()
      let key = try await crashed.claimNew(Sample.claim("a"))
      await crashed.close()
      let next = try await open()
      #expect(try await next.claim([Sample.claim("a")], at: Sample.now) == [.inDoubt(key)])
    },
    ConformanceCase("of two workers that claim the same requests at once, each request is new to one", isShared: true) { open in
      let (left, right) = (try await open(), try await open())
      let claims = try (0..<200).map { try Sample.claim("request-\($0)") }
      async let leftOutcomes = left.claim(claims, at: Sample.now)
      async let rightOutcomes = right.claim(claims.reversed(), at: Sample.now)
      for (mine, theirs) in zip(try await leftOutcomes, try await rightOutcomes.reversed()) {
        switch (mine, theirs) {
        case (.new(let key), .inDoubt(let same)), (.inDoubt(let key), .new(let same)): #expect(key == same)
        default: Issue.record("expected one new and one in doubt, got \(mine) and \(theirs)")
        }
      }
    },
  ]
}
