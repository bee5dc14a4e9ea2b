extension WorkerConfiguration {
  /// The ledger: `ledger.*`.
  public struct Ledger: Sendable, Equatable {
    /// Where it is kept: `ledger.url`.
    public var store: Store = .sqlite(path: "checkout-ledger.sqlite")
    /// How long an identity is remembered after its session ended.
    public var retention: Duration = .seconds(7 * 24 * 3600)

    /// Where the ledger is kept.
    public enum Store: Sendable, Hashable, CustomStringConvertible {
      /// One SQLite file on this host.
      case sqlite(path: String)
      /// In memory, lost at exit: for benchmarks and tests.
      case memory

      /// As `ledger.url` has it.
      public var description: String {
        switch self {
        case .sqlite(let path): "sqlite:\(path)"
        case .memory: "memory:"
        }
      }
    }
  }
}
