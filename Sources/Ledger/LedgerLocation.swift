import CheckoutSession

/// Where a ledger lies: `ledger.url` of `design/architecture.md`, "Configuration keys".
public enum LedgerLocation: Hashable, Sendable {
  /// A SQLite file, by its path, absolute or relative to the working directory.
  case file(path: String)
  /// A ledger that ends with the process: for benchmarks and tests.
  case memory

  /// Reads `sqlite:PATH` or `memory:`.
  ///
  /// Throws ``LedgerFailure`` for everything else. The message repeats the scheme only, because a database URL may carry a password.
  public init(url: String) throws(LedgerFailure) {
    let scheme = url.prefix { $0 != ":" }
    let rest = url.dropFirst(scheme.count + 1)
    switch scheme {
    case "memory" where url == "memory:": self = .memory
    case "sqlite" where !rest.isEmpty && !rest.hasPrefix(":"): self = .file(path: String(rest))
    case "sqlite": throw Self.refused("expected a path after sqlite:, as in sqlite:checkout-ledger.sqlite")
    default: throw Self.refused("expected sqlite:PATH or memory:, got a URL that begins with \"\(scheme.prefix(16))\"")
    }
  }

  /// How messages name the ledger.
  var name: String {
    switch self {
    case .file(let path): path
    case .memory: "in memory"
    }
  }

  private static func refused(_ detail: String) -> LedgerFailure {
    LedgerFailure(code: .unavailable, message: "ledger.url: \(detail)", isTransient: false)
  }
}
