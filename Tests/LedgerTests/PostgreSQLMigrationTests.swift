import CheckoutSession
import Logging
import PostgresTestKit
import Testing

@testable import Ledger

/// How a database becomes a ledger.
@Suite("PostgreSQL ledger migration", .serialized, .timeLimit(.minutes(3)))
struct PostgreSQLMigrationTests {
  @Test("of starters that come at once one migrates, and all can work")
  func starters() async throws {
    try await TemporaryDatabase.with { database in
      let ledgers = try await withThrowingTaskGroup(of: PostgreSQLLedger.self) { group in
        for _ in 0..<4 { group.addTask { try await database.open() } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      for (number, ledger) in ledgers.enumerated() { _ = try await ledger.claimNew(Sample.claim("request-\(number)")) }
      #expect(try await database.query("SELECT count(*) FROM checkout.schema_migration") == "3")
    }
  }

  @Test("the steps are listed as pending before, and with their time after, and a second time nothing is done")
  func listed() async throws {
    try await TemporaryDatabase.with { database in
      let configuration = database.configuration()
      let before = try await LedgerMigrations.list(configuration, logger: .silent)
      #expect(before.map(\.number) == [1, 2, 3] && before.allSatisfy { !$0.isApplied && $0.appliedAt == nil })
      #expect(try await database.query("SELECT count(*) FROM pg_namespace WHERE nspname = 'checkout'") == "0", "listing changes nothing")
      let after = try await LedgerMigrations.apply(configuration, logger: .silent)
      #expect(after.allSatisfy { $0.isApplied && $0.appliedAt != nil } && after.map(\.name) == before.map(\.name))
      #expect(try await LedgerMigrations.apply(configuration, logger: .silent) == after)
      #expect(try await LedgerMigrations.list(configuration, logger: .silent) == after)
    }
  }

  @Test("what a database of step 2 has lost of a URL's end is taken as it was; what a worker of that version erases from then on is kept")
  func erasedEnds() async throws {
    try await TemporaryDatabase.with { database in
      try await PostgresPool.opened(database.configuration()) { pool in
        try await pool.with { session in
          _ = try PostgresMigrator(schema: database.schema, migrations: Array(PostgresMigration.all.prefix(2))).apply(session)
        }
      }
      try await database.query(
        """
        INSERT INTO checkout.decision (id, outcome, attempts, decided_at, session_id, hosted_url, created_at, url_expires_at)
        VALUES (1, 0, 1, 0, '00000000-0000-4000-8000-000000000001', 'u', 0, 10), (2, 0, 1, 0, '00000000-0000-4000-8000-000000000002', 'u', 0, 90)
        """)
      let erase = "SELECT checkout.erase_urls(50, 10)"
      let ends = "SELECT string_agg(coalesce(session_expires_at::text, 'none'), ' ' ORDER BY id) FROM checkout.decision"
      #expect(try await database.query(erase) == "1")
      #expect(try await database.query(ends) == "none none")
      _ = try await database.open()
      #expect(try await database.query("SELECT checkout.erase_urls(100, 10)") == "1")
      #expect(try await database.query(ends) == "none 90")
    }
  }

  @Test("a schema of a newer version is refused, to read and to write")
  func newer() async throws {
    try await TemporaryDatabase.with { database in
      _ = try await database.open()
      try await database.query("INSERT INTO checkout.schema_migration VALUES (99, 'of tomorrow', 0)")
      for access in [LedgerAccess.readWrite, .readOnly] {
        let failure = await #expect(throws: LedgerFailure.self) { _ = try await database.open { $0.access = access } }
        #expect(failure?.code == .corrupt && failure?.isTransient == false && failure?.message.contains("newer version") == true)
      }
    }
  }

  @Test("an empty database is not made a ledger by who only reads")
  func readOnly() async throws {
    try await TemporaryDatabase.with { database in
      let failure = await #expect(throws: LedgerFailure.self) { _ = try await database.open { $0.access = .readOnly } }
      #expect(failure?.code == .notSetUp && failure?.isTransient == false)
      let writer = try await database.open()
      _ = try await writer.claimNew(Sample.claim("a"))
      let reader = try await database.open { $0.access = .readOnly }
      #expect(try await reader.statistics(now: Sample.now).undecided.count == 1)
      let refused = await #expect(throws: LedgerFailure.self) { _ = try await reader.claim([Sample.claim("b")], at: Sample.now) }
      #expect(refused?.code == .notWritable)
    }
  }

  @Test("a schema with other tables in it is not touched")
  func foreign() async throws {
    try await TemporaryDatabase.with { database in
      try await database.query("CREATE SCHEMA checkout; CREATE TABLE checkout.basket (id integer)")
      let failure = await #expect(throws: LedgerFailure.self) { _ = try await database.open() }
      #expect(failure?.code == .corrupt && failure?.message.contains("is not a ledger") == true)
      #expect(try await database.query("SELECT count(*) FROM pg_tables WHERE schemaname = 'checkout'") == "1")
    }
  }

  @Test("two ledgers may share a database, each in its schema, whatever its name")
  func schemas() async throws {
    try await TemporaryDatabase.with { database in
      let first = try await database.open { $0.schema = "shop a\"b" }
      let second = try await database.open { $0.schema = "Shop" }
      _ = try await first.claimNew(Sample.claim("a"))
      _ = try await second.claimNew(Sample.claim("a"))
      #expect(try await first.statistics(now: Sample.now).identities == 1)
    }
  }

  @Test("a worker needs no right to make tables once somebody has migrated")
  func rights() async throws {
    try await TemporaryDatabase.with { database in
      _ = try await database.open()
      let role = "worker_\(database.name)"
      try await database.server.makeRole(role, password: "secret")
      try await database.query(
        """
        GRANT USAGE ON SCHEMA checkout TO "\(role)"; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA checkout TO "\(role)";
        """)
      let ledger = try await database.open {
        $0.user = role
        $0.password = { "secret" }
      }
      let key = try await ledger.settle(Sample.claim("a"), Sample.created())
      #expect(try await ledger.claim([Sample.claim("a")], at: Sample.now) == [.decided(key, Sample.created())])
      await ledger.close()
      try await database.query("DROP OWNED BY \"\(role)\"; DROP ROLE \"\(role)\"")
    }
  }

  @Test("people read words, and no URL")
  func views() async throws {
    try await TemporaryDatabase.with { database in
      let ledger = try await database.open()
      try await ledger.watch("a")
      let request = try await database.query("SELECT merchant, request_id, mode, outcome, published, source FROM checkout.readable_request")
      #expect(request == "merchant-1|a|PAYMENT|CREATED|t|checkout.session-requests/3/0")
      let outstanding = try await database.query("SELECT request_id, generation, status, leased FROM checkout.readable_outstanding")
      #expect(outstanding == "a|1|ACCEPTED|f")
      let all = try await database.query("SELECT * FROM checkout.readable_request, checkout.readable_outstanding")
      #expect(!all.contains("https://"))
    }
  }
}
