import CheckoutSession
import GRDB
import Logging
import PostgresTestKit
import Testing

@testable import Ledger

/// How ledgers of the version before get what replays need.
@Suite("Replay migration", .timeLimit(.minutes(2)))
struct ReplayMigrationTests {
  @Test("a file of version 4 goes on, with what it knows, and can be replayed into")
  func file() async throws {
    try await TemporaryLedger.with { temporary in
      let before = try await temporary.open()
      let key = try await before.settle(Sample.claim("a"), Sample.declined(.failed))
      let audited = try await before.auditPage(after: nil, limit: 10)
      await before.close()
      try VersionFourFile.cut(temporary.path)
      let settings = SQLiteLedgerConfiguration(location: .file(path: temporary.path), access: .readOnly)
      #expect(try await LedgerMigrations.list(settings, logger: .silent).map(\.isApplied) == [true, true, true, true, false])
      let ledger = try await temporary.open()
      #expect(try await ledger.auditPage(after: nil, limit: 10) == audited)
      let run = try await ledger.beginReplay(Sample.run())
      #expect(try await ledger.claimReplays([Sample.replay(1, requestID: "a")], run: run) == [.claimed(count: 1)])
      #expect(try await ledger.claimNew(Sample.claim("a", replayCount: 1)) == ClaimKey(row: key.row, generation: 2))
    }
  }

  @Test("a file of version 4 that is only read knows of no replay")
  func readOnly() async throws {
    try await TemporaryLedger.with { temporary in
      await (try await temporary.open()).close()
      try VersionFourFile.cut(temporary.path)
      let ledger = try await temporary.open(.readOnly)
      #expect(try await ledger.replayRecords([Sample.origin(1), Sample.origin(2)]) == [nil, nil])
      #expect(try await ledger.replayRuns(planHash: nil, limit: 10).isEmpty)
      #expect(try await ledger.replayPage(of: 1, after: nil, limit: 10).isEmpty)
      #expect(try await ledger.prunableReplays(claimedBefore: Sample.now) == nil)
    }
  }

  @Test("a database of step 1 goes on, while a worker of that version still claims as it did")
  func database() async throws {
    try await TemporaryDatabase.with { database in
      try await PostgresPool.opened(database.configuration()) { pool in
        try await pool.with { session in
          _ = try PostgresMigrator(schema: database.schema, migrations: Array(PostgresMigration.all.prefix(1))).apply(session)
        }
        let ofStep1 = """
          SELECT verdict FROM checkout.claim('{m}', '{t}', '{1}', '{a}', '{"\\\\x01"}', '{1}', '{null}', '{0}', '{1}', '{0}', '{0}', 0)
          """
        #expect(try await database.query(ofStep1) == "0")
        let readOnly = await #expect(throws: LedgerFailure.self) { _ = try await database.open { $0.access = .readOnly } }
        #expect(readOnly?.message.contains("older version") == true)
        let ledger = try await database.open()
        #expect(try await LedgerMigrations.list(database.configuration(), logger: .silent).map(\.isApplied) == [true, true, true])
        #expect(try await database.query(ofStep1) == "1")
        let run = try await ledger.beginReplay(Sample.run())
        #expect(try await ledger.claimReplays([Sample.replay(1)], run: run) == [.claimed(count: 1)])
        #expect(try await ledger.claim([Sample.claim("a", merchant: "m")], at: Sample.now) == [.conflict])
      }
    }
  }

  @Test("what released steps of the database say is never changed")
  func released() {
    let hashes = PostgresMigration.all.map { BodyHash(of: Array($0.sql.utf8)[...]).hexadecimal }
    #expect(hashes.first == "8dd38664c7f782d456fc352447768d7a9d7506519aafda5ae79fff02e5faa81d")
  }
}
