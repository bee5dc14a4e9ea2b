import CheckoutSession
import Ledger
import Testing

extension ConformanceCase {
  /// Decisions and publications.
  static let decisions: [ConformanceCase] = [
    .one("the first decision of a generation stands; a second one learns it") { ledger in
      let key = try await ledger.claimNew(Sample.claim("a"))
      let first = try Sample.created()
      let second = try Sample.created("9b2e8c1a-0000-4000-8000-000000000001")
      #expect(try await ledger.record([(key, first)]) == [.recorded])
      #expect(try await ledger.record([(key, second)]) == [.superseded(first)])
      try await ledger.markPublished([key], at: Sample.now)
      #expect(try await ledger.record([(key, second)]) == [.superseded(first)])
    },
    .one("recording the same decision again is recorded") { ledger in
      let key = try await ledger.claimNew(Sample.claim("a"))
      let reply = try Sample.created()
      #expect(try await ledger.record([(key, reply), (key, reply)]) == [.recorded, .recorded])
      #expect(try await ledger.record([(key, reply)]) == [.recorded])
      #expect(try await ledger.statistics(now: Sample.now).decisions[.created] == 1)
    },
    .one("results come in the order of the decisions") { ledger in
      let (first, second) = (try await ledger.claimNew(Sample.claim("a")), try await ledger.claimNew(Sample.claim("b")))
      let taken = Sample.declined(.failed)
      _ = try await ledger.record([(first, taken)])
      #expect(try await ledger.record([(second, taken), (first, Sample.created())]) == [.recorded, .superseded(taken)])
    },
    .one("a decision for a claim that is not there fails, and the batch with it") { ledger in
      let key = try await ledger.claimNew(Sample.claim("a"))
      let unknown = ClaimKey(row: key.row + 1000, generation: 1)
      let failure = await #expect(throws: LedgerFailure.self) {
        _ = try await ledger.record([(key, Sample.created()), (unknown, Sample.created())])
      }
      #expect(failure?.code == .unknownClaim)
      #expect(failure?.isTransient == false)
      #expect(try await ledger.claim([Sample.claim("a")], at: Sample.now) == [.inDoubt(key)])
    },
    .one("a decision that comes after its generation was replaced learns what that generation was") { ledger in
      let failed = try await ledger.settle(Sample.claim("a"), Sample.declined(.failed))
      let reopened = try await ledger.claimNew(Sample.claim("a", replayCount: 1))
      #expect(try await ledger.record([(failed, Sample.created())]) == [.superseded(Sample.declined(.failed))])
      #expect(try await ledger.record([(reopened, Sample.created())]) == [.recorded])
    },
    .one("publication is marked once, and only for what is decided") { ledger in
      let decided = try await ledger.settle(Sample.claim("a"), Sample.created(), published: false)
      let undecided = try await ledger.claimNew(Sample.claim("b"))
      let before = try await ledger.statistics(now: Sample.now)
      #expect(before.unpublished == .init(count: 1, oldest: Sample.now) && before.lastPublishedAt == nil)
      for second in [1, 2] { try await ledger.markPublished([decided, undecided], at: Sample.now + .seconds(second)) }
      let after = try await ledger.statistics(now: Sample.now)
      #expect(after.unpublished == .init(count: 0, oldest: nil) && after.undecided.count == 1)
      #expect(after.publishedTotal == 1 && after.lastPublishedAt == Sample.now + .seconds(1))
    },
    ConformanceCase("a decision outlives the handle that made it, published or not", isShared: true) { open in
      let first = try await open()
      let reply = try Sample.created()
      let key = try await first.settle(Sample.claim("a"), reply, published: false)
      await first.close()
      let next = try await open()
      #expect(try await next.claim([Sample.claim("a")], at: Sample.now) == [.decided(key, reply)])
      #expect(try await next.statistics(now: Sample.now).unpublished.count == 1)
    },
    ConformanceCase("of two workers that decide the same generations at once, one decides each and both know it", isShared: true) { open in
      let (left, right) = (try await open(), try await open())
      let claims = try (0..<100).map { try Sample.claim("request-\($0)") }
      let keys = try await left.claim(claims, at: Sample.now).map { outcome -> ClaimKey in
        guard case .new(let key) = outcome else { throw UnexpectedClaim() }
        return key
      }
      let (mine, theirs) = (try Sample.created(attempts: 1), try Sample.created("9b2e8c1a-0000-4000-8000-000000000001", attempts: 2))
      async let leftResults = left.record(keys.map { ($0, mine) })
      async let rightResults = right.record(keys.reversed().map { ($0, theirs) })
      let (lefts, rights) = (try await leftResults, try await rightResults.reversed())
      let winners = lefts.map { $0 == .recorded ? mine : theirs }
      #expect(lefts == winners.map { $0 == mine ? .recorded : .superseded($0) })
      #expect(Array(rights) == winners.map { $0 == theirs ? .recorded : .superseded($0) })
      let stored = try await open().claim(claims, at: Sample.now)
      #expect(stored == zip(keys, winners).map { .decided($0, $1) })
    },
  ]
}
