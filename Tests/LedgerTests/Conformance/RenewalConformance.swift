import CheckoutSession
import Ledger
import Testing

extension ConformanceCase {
  /// New generations for sessions that die.
  static let renewals: [ConformanceCase] = [
    .one("renewing starts the next generation, undecided") { ledger in
      let key = try await ledger.settle(Sample.claim("a"), Sample.created(), published: false)
      let next = ClaimKey(row: key.row, generation: 2)
      #expect(try await ledger.renew([key], at: Sample.now) == [next])
      #expect(try await ledger.claim([Sample.claim("a")], at: Sample.now) == [.inDoubt(next)])
      let reply = try Sample.created("9b2e8c1a-0000-4000-8000-000000000001", at: Sample.now + .seconds(900))
      #expect(try await ledger.record([(next, reply)]) == [.recorded])
      #expect(try await ledger.claim([Sample.claim("a")], at: Sample.now) == [.decided(next, reply)])
    },
    .one("what is published is renewed only once its URL is dead") { ledger in
      let reply = try Sample.created()
      let key = try await ledger.settle(Sample.claim("a"), reply)
      let end = try #require(reply.session).expiresAt
      #expect(try await ledger.renew([key], at: end - .milliseconds(1)) == [nil])
      #expect(try await ledger.claim([Sample.claim("a")], at: Sample.now) == [.decided(key, reply)])
      #expect(try await ledger.renew([key], at: end) == [ClaimKey(row: key.row, generation: 2)])
    },
    .one("what another worker was told of is as good as published, though nobody ever marked it") { ledger in
      for told in ["claim", "record"] {
        let reply = try Sample.created()
        let end = try #require(reply.session).expiresAt
        let key = try await ledger.claimNew(Sample.claim(told))
        let watch = SessionWatch(recordKey: nil, firstPollAt: Sample.now)
        #expect(try await ledger.record([NewDecision(key: key, reply: reply, watch: watch)]) == [.recorded])
        if told == "claim" {
          #expect(try await ledger.claim([Sample.claim(told)], at: Sample.now) == [.decided(key, reply)])
        } else {
          let other = try Sample.created("9b2e8c1a-0000-4000-8000-000000000002", at: Sample.now + .seconds(2))
          #expect(try await ledger.record([(key, other)]) == [.superseded(reply)])
        }
        let renewal = GenerationRenewal(key: key, mayBePublished: false)
        #expect(try await ledger.renew([renewal], at: end - .seconds(200)) == [nil], "told by a \(told)")
        #expect(try await ledger.outstandingCounts(now: Sample.now).outstanding > 0, "told by a \(told)")
        #expect(try await ledger.renew([renewal], at: end) == [ClaimKey(row: key.row, generation: 2)])
        #expect(try await ledger.outstandingCounts(now: Sample.now).outstanding == (told == "claim" ? 1 : 2), "it is still watched")
      }
    },
    .one("only the present generation is renewed, and only a created one") { ledger in
      let created = try await ledger.settle(Sample.claim("a"), Sample.created(), published: false)
      let failed = try await ledger.settle(Sample.claim("b"), Sample.declined(.failed))
      let undecided = try await ledger.claimNew(Sample.claim("c"))
      let unknown = ClaimKey(row: undecided.row + 1000, generation: 1)
      let next = ClaimKey(row: created.row, generation: 2)
      #expect(try await ledger.renew([failed, created, undecided, unknown, created], at: Sample.now) == [nil, next, nil, nil, nil])
    },
    .one("a renewed generation reads as created, without its URL, and waits for nobody") { ledger in
      let key = try await ledger.settle(Sample.claim("a"), Sample.created(), published: false)
      _ = try await ledger.renew([key], at: Sample.now + .seconds(60))
      var stored = try Sample.created()
      stored.session = nil
      #expect(try await ledger.record([(key, Sample.declined(.failed))]) == [.superseded(stored)])
      let statistics = try await ledger.statistics(now: Sample.now)
      #expect(statistics.unpublished.count == 0)
      #expect(statistics.undecided == .init(count: 1, oldest: Sample.now + .seconds(60)) && statistics.inDoubt == 0)
    },
    ConformanceCase("of two workers that renew at once, one does", isShared: true) { open in
      let (left, right) = (try await open(), try await open())
      let claims = try (0..<50).map { try Sample.claim("request-\($0)") }
      var keys: [ClaimKey] = []
      for claim in claims { keys.append(try await left.settle(claim, Sample.created(), published: false)) }
      let all = keys
      async let leftKeys = left.renew(all, at: Sample.now)
      async let rightKeys = right.renew(all, at: Sample.now)
      for (mine, theirs) in zip(try await leftKeys, try await rightKeys) {
        #expect((mine == nil) != (theirs == nil))
        #expect((mine ?? theirs)?.generation == 2)
      }
    },
  ]
}
