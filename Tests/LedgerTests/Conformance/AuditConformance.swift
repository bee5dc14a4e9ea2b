import CheckoutSession
import Ledger
import Testing

extension ConformanceCase {
  /// What an audit reads.
  static let audits: [ConformanceCase] = [
    .one("an empty ledger has no generations") { ledger in
      let first = try await ledger.auditPage(after: nil, limit: 10)
      #expect(first.isEmpty)
      #expect(try await ledger.auditPage(after: ClaimKey(row: 1, generation: 1), limit: 10).isEmpty)
    },
    .one("a generation says whose it is, where it came from, and what became of it") { ledger in
      let created = try await ledger.settle(Sample.claim("created", merchant: "m2", offset: 41), Sample.created(), published: false)
      let failed = try await ledger.settle(
        Sample.claim("failed", offset: 42), Sample.declined(.failed, at: Sample.now + .seconds(2)), at: Sample.now + .seconds(1))
      let undecided = try await ledger.claimNew(Sample.claim("undecided", offset: 43))
      let sessionID = try Sample.created().session?.sessionID
      let page = try await ledger.auditPage(after: nil, limit: 10)
      #expect(
        page == [
          AuditedGeneration(
            key: created, identity: RequestIdentity(merchantID: "m2", requestID: "created"), isPresent: true, source: Sample.source(41),
            claimedAt: Sample.now, outcome: .created, sessionID: sessionID, decidedAt: Sample.now),
          AuditedGeneration(
            key: failed, identity: RequestIdentity(merchantID: "merchant-1", requestID: "failed"), isPresent: true,
            source: Sample.source(42),
            claimedAt: Sample.now + .seconds(1), outcome: .failed, decidedAt: Sample.now + .seconds(2), isPublished: true),
          AuditedGeneration(
            key: undecided, identity: RequestIdentity(merchantID: "merchant-1", requestID: "undecided"), isPresent: true,
            source: Sample.source(43),
            claimedAt: Sample.now),
        ])
    },
    .one("all generations of an identity stand there, of which the last is the present one") { ledger in
      let first = try await ledger.settle(Sample.claim("a"), Sample.created())
      let second = try #require(try await ledger.renew([first], at: Sample.now + CreatedSession.lifetime)[0])
      _ = try await ledger.record([(second, Sample.declined(.failed))])
      try await ledger.markPublished([second], at: Sample.now)
      let third = try await ledger.claimNew(Sample.claim("a", replayCount: 1, offset: 7))
      let page = try await ledger.auditPage(after: nil, limit: 10)
      #expect(page.map(\.key) == [first, second, third] && page.map(\.isPresent) == [false, false, true])
      #expect(page.map(\.outcome) == [.created, .failed, nil] && page.map(\.isPublished) == [true, true, false])
      #expect(page.map(\.source.offset) == [7, 7, 7] && page.allSatisfy { $0.claimedAt == Sample.now })
      let sessionID = try Sample.created().session?.sessionID
      #expect(page[0].sessionID == sessionID, "whose URL is erased by now")
    },
    .one("a session is outstanding until its end is told, and how it ended is known from then on") { ledger in
      let key = try await ledger.watch("a")
      try await ledger.expectAudited(nil, isOutstanding: true)
      let lease = try await ledger.lease()
      _ = try await ledger.recordPolls([.end(key, .canceled)], under: lease.token, at: Sample.now)
      try await ledger.expectAudited(.canceled, isOutstanding: true)
      try await ledger.markPublished([PublishedEvent(key: key, status: .canceled, nextPollAt: nil)], under: lease.token)
      try await ledger.expectAudited(.canceled, isOutstanding: false)
    },
    .one("pages follow one another by key, whatever their size, and a short one is the last") { ledger in
      for number in 0..<12 {
        let claim = try Sample.claim("request-\(number)")
        switch number % 3 {
        case 0: _ = try await ledger.claimNew(claim)
        case 1: try await ledger.settle(claim, Sample.created(), published: false)
        default: try await ledger.settle(claim, Sample.declined(.failed))
        }
      }
      let all = try await ledger.auditPage(after: nil, limit: 100)
      #expect(all.count == 12 && all.map(\.key.row) == all.map(\.key.row).sorted())
      #expect(try await ledger.auditPage(after: nil, limit: 0).isEmpty)
      for size in [1, 5, 12] {
        var pages: [AuditedGeneration] = []
        while true {
          let page = try await ledger.auditPage(after: pages.last?.key, limit: size)
          pages += page
          if page.count < size { break }
        }
        #expect(pages == all, "\(size)")
      }
    },
  ]
}

extension Sample {
  /// Where a request of ``claim(_:merchant:body:replayCount:offset:)`` stood.
  fileprivate static func source(_ offset: Int64) -> RecordCoordinate {
    RecordCoordinate(topic: "checkout.session-requests", partition: 3, offset: offset)
  }
}

extension LedgerStore {
  /// Expects of the ledger's one generation how its session ended.
  fileprivate func expectAudited(_ ended: SessionStatus?, isOutstanding: Bool) async throws {
    let generation = try #require(try await auditPage(after: nil, limit: 10).first)
    #expect(generation.ended == ended && generation.isOutstanding == isOutstanding)
  }
}
