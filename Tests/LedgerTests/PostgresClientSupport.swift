import CheckoutSession
import Logging
import PostgresTestKit
import Synchronization

@testable import Ledger

/// A monotonic clock that a test moves.
final class ManualTime: Sendable {
  private let time = Mutex(Duration.seconds(1000))

  func now() -> Duration { time.withLock { $0 } }
  func advance(by duration: Duration) { time.withLock { $0 += duration } }
}

extension PostgreSQLLedgerConfiguration {
  /// A database of a test server.
  static func test(
    _ server: PostgresServer, database: String = PostgresServer.database, user: String = PostgresServer.user,
    _ change: (inout Self) -> Void = { _ in }
  ) -> Self {
    var configuration = PostgreSQLLedgerConfiguration(
      host: server.host, port: server.port, database: database, user: user, tlsMode: .disable)
    // There in every database; the ledger's own schema is made by its migrations.
    configuration.schema = "public"
    change(&configuration)
    return configuration
  }
}

extension PostgresPool {
  /// Lends a pool to a test, and closes it.
  static func opened<Value>(
    _ configuration: PostgreSQLLedgerConfiguration, time: ManualTime? = nil, _ body: (PostgresPool) async throws -> Value
  ) async throws -> Value {
    let monotonic = time.map { time in { @Sendable in time.now() } } ?? MonotonicTime.now
    let pool = try await open(configuration, logger: .silent, monotonic: monotonic)
    do {
      let value = try await body(pool)
      await pool.close()
      return value
    } catch {
      await pool.close()
      throw error
    }
  }

  /// What a call fails with; nil if it does not.
  func failure(_ body: @escaping @Sendable (PostgresSession) throws -> Void) async -> LedgerFailure? {
    do throws(LedgerFailure) {
      try await with(body)
      return nil
    } catch {
      return error
    }
  }

  /// What opening fails with; nil if it does not.
  static func openingFailure(_ configuration: PostgreSQLLedgerConfiguration) async -> LedgerFailure? {
    do throws(LedgerFailure) {
      await (try open(configuration, logger: .silent)).close()
      return nil
    } catch {
      return error
    }
  }

  /// One integer.
  func integer(_ sql: String) async throws -> Int64 { try await with { try $0.run(sql).integer(0, 0) } }
}

extension Logger {
  /// A logger that says nothing.
  static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
