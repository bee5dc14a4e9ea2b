import CheckoutSession
import Dispatch
import GRDB
import Logging

/// The steps of a ledger's schema: which it has taken, and taking the others (`checkout-worker ledger migrate`). Opening a ledger to work with it takes
/// them as well.
public enum LedgerMigrations {
  /// The steps of a SQLite file, changing nothing. A file that is not there, or is empty, has taken none.
  ///
  /// Throws ``LedgerFailure`` for one that cannot be read, is no ledger, or is newer than this program.
  public static func list(_ configuration: SQLiteLedgerConfiguration, logger: Logger) async throws(LedgerFailure) -> [LedgerMigration] {
    guard case .file(let path) = configuration.location, LedgerFile.bytes(path) > 0 else { return steps([]) }
    var configuration = configuration
    configuration.access = .readOnly
    let settings = configuration
    let result: Result<[LedgerMigration], LedgerFailure> = await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(
          returning: Result { () throws -> [LedgerMigration] in
            let reader = try LedgerOpening(settings, logger: logger).run()
            defer { try? reader.close() }
            return steps(try reader.read { try LedgerSchema.migrator.appliedIdentifiers($0) })
          }.mapError { LedgerFailure($0, ledger: path) })
      }
    }
    return try result.get()
  }

  /// Takes the missing steps of a SQLite file, which is made if it is not there, and lists all. Throws ``LedgerFailure``.
  public static func apply(_ configuration: SQLiteLedgerConfiguration, logger: Logger) async throws(LedgerFailure) -> [LedgerMigration] {
    var configuration = configuration
    configuration.access = .readWrite
    await (try SQLiteLedger.open(configuration, logger: logger)).close()
    return try await list(configuration, logger: logger)
  }

  /// The steps of a database, changing nothing. Throws ``LedgerFailure`` for one that cannot be reached, is no ledger, or is newer than this program.
  public static func list(_ configuration: PostgreSQLLedgerConfiguration, logger: Logger) async throws(LedgerFailure) -> [LedgerMigration] {
    try await visit(configuration, .readOnly, logger) { migrator, session in try migrator.list(session) }
  }

  /// Takes the missing steps of a database, and lists all. Throws ``LedgerFailure``; then none is taken.
  public static func apply(_ configuration: PostgreSQLLedgerConfiguration, logger: Logger) async throws(LedgerFailure) -> [LedgerMigration]
  {
    try await visit(configuration, .readWrite, logger) { migrator, session in try migrator.apply(session) }
  }

  private static func visit(
    _ configuration: PostgreSQLLedgerConfiguration, _ access: LedgerAccess, _ logger: Logger,
    _ body: @escaping @Sendable (PostgresMigrator, PostgresSession) throws -> [LedgerMigration]
  ) async throws(LedgerFailure) -> [LedgerMigration] {
    var configuration = configuration
    configuration.access = access
    configuration.connectionsMax = 1
    let schema = configuration.schema
    let pool = try await PostgresPool.open(configuration, logger: logger)
    let result: Result<[LedgerMigration], LedgerFailure>
    do throws(LedgerFailure) {
      result = .success(try await pool.with { session in try body(PostgresMigrator(schema: schema), session) })
    } catch {
      result = .failure(error)
    }
    await pool.close()
    return try result.get()
  }

  /// GRDB knows a step by one text: its number and its name.
  private static func steps(_ applied: Set<String>) -> [LedgerMigration] {
    LedgerSchema.migrator.migrations.enumerated().map { index, identifier in
      let name = identifier.drop { $0.isNumber || $0 == " " }
      return LedgerMigration(number: index + 1, name: String(name), isApplied: applied.contains(identifier))
    }
  }
}
