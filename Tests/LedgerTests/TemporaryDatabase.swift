import CheckoutSession
import Ledger
import Logging
import PostgresTestKit
import Synchronization

/// A database of one test on the test run's server, with the handles that the test opened. `with` closes them.
final class TemporaryDatabase: Sendable {
  let server: PostgresServer
  /// The database's name.
  let name: String
  /// The ledger's schema.
  let schema: String
  private let opened = Mutex<[PostgreSQLLedger]>([])

  private init(_ server: PostgresServer, _ name: String, schema: String = "checkout") {
    self.server = server
    self.name = name
    self.schema = schema
  }

  /// How to reach it.
  func configuration(_ change: (inout PostgreSQLLedgerConfiguration) -> Void = { _ in }) -> PostgreSQLLedgerConfiguration {
    let schema = schema
    // A suite on two busy cores may keep a statement waiting for longer than one in production may.
    return .test(server, database: name) { configuration in
      configuration.schema = schema
      configuration.statementTimeout = .seconds(30)
      configuration.connectTimeout = .seconds(30)
      change(&configuration)
    }
  }

  /// Opens one more handle, with connections of its own.
  func open(_ change: (inout PostgreSQLLedgerConfiguration) -> Void = { _ in }) async throws -> PostgreSQLLedger {
    let ledger = try await PostgreSQLLedger.open(configuration(change), logger: .silent)
    opened.withLock { $0.append(ledger) }
    return ledger
  }

  /// Runs SQL as the superuser.
  @discardableResult
  func query(_ sql: String) async throws -> String { try await server.query(sql, in: name) }

  /// Lends a new, empty database.
  static func with(_ server: PostgresServer? = nil, _ body: (TemporaryDatabase) async throws -> Void) async throws {
    let server = if let server { server } else { try await PostgresServer.shared() }
    let database = TemporaryDatabase(server, try await server.makeDatabase())
    try await database.lend(body)
  }

  /// Lends a schema of its own in the database that is there, which is made much faster.
  static func withSchema(_ body: (TemporaryDatabase) async throws -> Void) async throws {
    let schema = "test_\(UInt64.random(in: 0 ... .max))"
    try await TemporaryDatabase(try await PostgresServer.shared(), PostgresServer.database, schema: schema).lend(body)
  }

  /// What is in the database stays: it goes with the server, at the end of the test run.
  private func lend(_ body: (TemporaryDatabase) async throws -> Void) async throws {
    let result: Result<Void, any Error>
    do { result = .success(try await body(self)) } catch { result = .failure(error) }
    for ledger in opened.withLock({ $0 }) { await ledger.close() }
    try result.get()
  }
}
