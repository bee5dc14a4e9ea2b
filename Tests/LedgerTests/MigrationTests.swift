import CheckoutSession
import GRDB
import Ledger
import Testing

/// Ledgers that an older program wrote.
@Suite("Ledger migration", .timeLimit(.minutes(1)))
struct MigrationTests {
  @Test("a file of version 1 goes on, and its sessions whose URL is still there become outstanding")
  func fromVersion1() async throws {
    try await TemporaryLedger.with { temporary in
      try VersionOneFile.write(temporary.path)
      let ledger = try await temporary.open()
      let now = VersionOneFile.writtenAt
      let statistics = try await ledger.statistics(now: now)
      #expect(statistics.identities == 5 && statistics.decisions == [.created: 3, .rejected: 0, .expired: 0, .failed: 1])
      #expect(statistics.undecided.count == 1 && statistics.inDoubt == 1 && statistics.unpublished.count == 1)
      #expect(statistics.liveSessions.map(\.count) == [2, 0, 0, 0])
      #expect(statistics.outstanding?.count == 2 && statistics.outstanding?.due == 2 && statistics.outstanding?.oldest == now)
      #expect(try await ledger.outstandingCounts(now: now) == .init(outstanding: 2, due: 2, unresolved: 0, nextDueAt: now))

      let lease = try await ledger.lease(at: now)
      #expect(lease.sessions.map(\.identity.requestID) == ["request-1", "request-2"])
      let first = try #require(lease.sessions.first)
      #expect(first.sessionID.rawValue == "23327757-1568-e796-9109-e2ba6f4b6cc5" && first.identity.merchantID == "merchant-1")
      #expect(first.status == .accepted && first.recordKey == nil && first.merchantTransactionID == "order-1")
      #expect(first.createdAt == now && first.expiresAt == now + CreatedSession.lifetime)
      #expect(try await ledger.recordPolls([.end(first.key, .completed, at: now)], under: lease.token, at: now) == [true])
      try await ledger.markPublished([PublishedEvent(key: first.key, status: .completed, nextPollAt: nil)], under: lease.token)
      #expect(try await ledger.outstandingCounts(now: now).outstanding == 1)
    }
  }

  @Test("what was claimed before the migration is known after it")
  func claimsOfVersion1() async throws {
    try await TemporaryLedger.with { temporary in
      try VersionOneFile.write(temporary.path)
      let before = try DatabaseQueue(path: temporary.path)
      let hashes = try await before.read { db in try [UInt8].fetchAll(db) }
      try before.close()
      let ledger = try await temporary.open()
      func claim(_ row: Int64, merchant: String) throws -> RequestClaim {
        var claim = try Sample.claim("request-\(row)", merchant: merchant)
        claim.bodyHash = try #require(BodyHash(bytes: hashes[row] ?? []))
        return claim
      }
      let outcomes = try await ledger.claim(
        [claim(2, merchant: "merchant-0"), claim(4, merchant: "merchant-0"), claim(5, merchant: "merchant-1")],
        at: VersionOneFile.writtenAt)
      guard case .decided(_, let created) = outcomes[0], case .decided(_, let failed) = outcomes[1] else { throw UnexpectedClaim() }
      #expect(created.session != nil && created.completed == nil && failed.error?.code == "GATEWAY_UNAVAILABLE")
      #expect(outcomes[2] == .inDoubt(ClaimKey(row: 5, generation: 1)))
    }
  }

  @Test("a file of version 1 is read as it is, and says that nobody watches its sessions")
  func readOnlyVersion1() async throws {
    try await TemporaryLedger.with { temporary in
      try VersionOneFile.write(temporary.path)
      let statistics = try await temporary.open(.readOnly).statistics(now: VersionOneFile.writtenAt)
      #expect(statistics.identities == 5 && statistics.outstanding == nil)
      _ = try await temporary.open()
      #expect(try await temporary.open(.readOnly).statistics(now: VersionOneFile.writtenAt).outstanding?.count == 2)
    }
  }

  @Test("in a file of version 2 who sends shares evenly, whether it is read as it is or goes on")
  func fromVersion2() async throws {
    try await TemporaryLedger.with { temporary in
      await (try await temporary.open()).close()
      let database = try DatabaseQueue(path: temporary.path)
      try await database.write { db in
        try db.execute(
          sql: """
            ALTER TABLE quota_member DROP COLUMN weight;
            DELETE FROM grdb_migrations WHERE identifier LIKE '3 %';
            INSERT INTO quota_member (id, lane, demand, granted, granted_until) VALUES (7, 1, 0.5, 0.25, 1);
            """)
      }
      try database.close()
      let expected = QuotaMember(
        id: 7, lane: .creation, weight: 1, demand: 0.5, granted: 0.25, grantedUntil: Timestamp(millisecondsSinceEpoch: 1))
      for access in [LedgerAccess.readOnly, .readWrite, .readOnly] {
        let ledger = try await temporary.open(access)
        #expect(try await ledger.statistics(now: VersionOneFile.writtenAt).outstanding?.quotaMembers == [expected])
        await ledger.close()
      }
    }
  }

  @Test("a migrated file has the very schema of a new one")
  func sameSchema() async throws {
    func schema(_ temporary: TemporaryLedger) async throws -> [String] {
      await (try await temporary.open()).close()
      let database = try DatabaseQueue(path: temporary.path)
      return try await database.read { db in
        try String.fetchAll(db, sql: "SELECT name || coalesce(sql, '') FROM sqlite_schema UNION ALL SELECT name FROM tally ORDER BY 1")
      }
    }
    try await TemporaryLedger.with { old in
      try VersionOneFile.write(old.path)
      let migrated = try await schema(old)
      try await TemporaryLedger.with { new in
        let fresh = try await schema(new)
        #expect(migrated == fresh)
      }
    }
  }
}

extension [UInt8] {
  /// The body hashes of a ledger, by row.
  fileprivate static func fetchAll(_ db: Database) throws -> [Int64: [UInt8]] {
    let rows = try Row.fetchAll(db, sql: "SELECT id, lower(hex(body_hash)) AS hash FROM request")
    return Dictionary(
      uniqueKeysWithValues: rows.map { row in
        let text = Array((row["hash"] as String).utf8)
        let bytes = stride(from: 0, to: text.count, by: 2).compactMap {
          UInt8(String(decoding: text[$0...$0 + 1], as: UTF8.self), radix: 16)
        }
        return (row["id"], bytes)
      })
  }
}
