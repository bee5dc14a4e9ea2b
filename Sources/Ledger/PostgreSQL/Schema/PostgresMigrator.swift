import CheckoutSession

/// Finds out which steps of the schema a database has, and takes those that are missing.
///
/// Two starters may come at once: the steps are taken in one transaction under an advisory lock, and what is missing is read once more within it. A worker that
/// finds all steps taken needs no lock, and no right to make tables: `checkout-worker ledger migrate` may be somebody else's to run.
struct PostgresMigrator {
  /// How long the steps may take, waiting for another starter's included.
  private static let timeout: Duration = .seconds(600)

  private let schema: String
  private let migrations: [PostgresMigration]

  /// - Parameter migrations: tests give others.
  init(schema: String, migrations: [PostgresMigration] = PostgresMigration.all) {
    self.schema = schema
    self.migrations = migrations
  }

  /// Every known step and when it was taken. Throws ``LedgerFailure`` for a database that is not ours, or newer than this program.
  func list(_ session: PostgresSession) throws -> [LedgerMigration] {
    let encoding = try session.run("SELECT current_setting('server_encoding')").text(0, 0) ?? ""
    guard encoding == "UTF8" else {
      throw LedgerFailure(code: .corrupt, message: "the database's encoding must be UTF8, it is \(encoding)", isTransient: false)
    }
    let applied = try applied(session)
    if let newest = applied.keys.max(), newest > migrations.count {
      throw LedgerFailure(
        code: .corrupt,
        message:
          "schema \(schema) has step \(newest), this program knows \(migrations.count): written by a newer version; run that version",
        isTransient: false)
    }
    return migrations.map {
      LedgerMigration(number: $0.number, name: $0.name, isApplied: applied[$0.number] != nil, appliedAt: applied[$0.number])
    }
  }

  /// Takes the steps that are missing, and lists all. Throws ``LedgerFailure``; then none is taken.
  func apply(_ session: PostgresSession) throws -> [LedgerMigration] {
    let before = try list(session)
    if before.allSatisfy(\.isApplied) { return before }
    return try session.transaction { session in
      try session.withStatementTimeout(Self.timeout) { session in
        _ = try session.run("SELECT pg_advisory_xact_lock(hashtext('checkout ledger'), hashtext($1))", [.text(schema)])
        // Another starter may have done it while we waited.
        for migration in try list(session) where !migration.isApplied { try take(migrations[migration.number - 1], session) }
      }
      return try list(session)
    }
  }

  private func take(_ migration: PostgresMigration, _ session: PostgresSession) throws {
    if migration.number == 1 {
      // CREATE SCHEMA IF NOT EXISTS asks for the right to create one even if there is one.
      let found = try session.run("SELECT count(*) FROM pg_namespace WHERE nspname = $1", [.text(schema)])
      if found.integer(0, 0) == 0 { try session.script("CREATE SCHEMA \(quoted)") }
      try session.script("CREATE TABLE schema_migration (version integer PRIMARY KEY, name text NOT NULL, applied_at bigint NOT NULL)")
    }
    try session.script(migration.sql)
    _ = try session.run(
      """
      INSERT INTO schema_migration (version, name, applied_at) VALUES ($1, $2, (extract(epoch FROM clock_timestamp()) * 1000)::bigint)
      """, [.integer(Int64(migration.number)), .text(migration.name)])
  }

  private func applied(_ session: PostgresSession) throws -> [Int: Timestamp] {
    // One statement, so both numbers are of one moment: another starter may be committing its tables just now.
    let tables = try session.run(
      """
      SELECT count(*) FILTER (WHERE c.relname = 'schema_migration'), count(*)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind = 'r'
      """, [.text(schema)])
    guard tables.integer(0, 0) > 0 else {
      guard tables.integer(0, 1) == 0 else {
        throw LedgerFailure(code: .corrupt, message: "schema \(schema) has tables, but is not a ledger", isTransient: false)
      }
      return [:]
    }
    let rows = try session.run("SELECT version, applied_at FROM schema_migration")
    return Dictionary(
      uniqueKeysWithValues: (0..<rows.count).map { (Int(rows.integer($0, 0)), Timestamp(millisecondsSinceEpoch: rows.integer($0, 1))) })
  }

  private var quoted: String { "\"" + schema.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\"" }
}
