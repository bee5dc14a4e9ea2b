import CheckoutSession
import Ledger
import Logging

extension WorkerAssembly {
  /// Opens the ledger that is configured.
  /// - Throws: `LedgerFailure`, naming the file or the database.
  func openLedger(_ access: LedgerAccess, logger: Logger) async throws(LedgerFailure) -> any WorkerLedger {
    switch configuration.ledger.store {
    case .sqlite(let path):
      try await SQLiteLedger.open(SQLiteLedgerConfiguration(location: .file(path: path), access: access), logger: logger)
    case .memory: try await SQLiteLedger.open(SQLiteLedgerConfiguration(location: .memory, access: access), logger: logger)
    case .postgres(let address): try await PostgreSQLLedger.open(postgres(address, access), logger: logger)
    }
  }

  func postgres(_ address: PostgresAddress, _ access: LedgerAccess) -> PostgreSQLLedgerConfiguration {
    let keys = configuration.ledger
    return PostgreSQLLedgerConfiguration(
      host: address.host, port: address.port, database: address.database, user: address.user,
      password: keys.password.map(Self.password), tlsMode: address.tlsMode,
      rootCertificateFile: address.rootCertificateFile, certificateFile: address.certificateFile, keyFile: address.keyFile,
      schema: keys.schema, access: access, connectionsMax: keys.connectionsMax, connectTimeout: keys.connectTimeout,
      statementTimeout: keys.statementTimeout)
  }

  private static func password(_ source: SecretSource) -> @Sendable () throws(LedgerFailure) -> String {
    { () throws(LedgerFailure) in
      do {
        return try source.read().reveal()
      } catch {
        throw LedgerFailure(code: .unavailable, message: "ledger.passwordFile: \(error)", isTransient: false)
      }
    }
  }
}
