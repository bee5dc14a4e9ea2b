extension WorkerConfiguration {
  /// The ledger: `ledger.*`.
  public struct Ledger: Sendable, Equatable {
    /// Where it is kept: `ledger.url`.
    public var store: Store = .sqlite(path: "checkout-ledger.sqlite")
    /// How long an identity is remembered after its session ended.
    public var retention: Duration = .seconds(7 * 24 * 3600)
    /// What PostgreSQL is shown: `ledger.passwordFile` or `CHECKOUT_LEDGER_PASSWORD`; nil: none, the server asks for none.
    public var password: SecretSource?
    /// The PostgreSQL schema that holds the ledger's tables.
    public var schema = "checkout"
    /// Connections of one process to PostgreSQL.
    public var connectionsMax = 4
    /// How long connecting to PostgreSQL may take.
    public var connectTimeout: Duration = .seconds(5)
    /// How long one statement may take there, waiting for locks included.
    public var statementTimeout: Duration = .seconds(10)

    /// Where the ledger is kept.
    public enum Store: Sendable, Hashable, CustomStringConvertible {
      /// One SQLite file on this host.
      case sqlite(path: String)
      /// A PostgreSQL database, for several hosts.
      case postgres(PostgresAddress)
      /// In memory, lost at exit: for benchmarks and tests.
      case memory

      /// How people call it: the file, or the address.
      var name: String { if case .sqlite(let path) = self { path } else { description } }

      /// As `ledger.url` has it.
      public var description: String {
        switch self {
        case .sqlite(let path): "sqlite:\(path)"
        case .postgres(let address): "\(address)"
        case .memory: "memory:"
        }
      }
    }
  }
}
