import CheckoutSession

extension LedgerFailure {
  /// What an error in a call to PostgreSQL means to the worker.
  /// - Parameter ledger: ``PostgreSQLLedgerConfiguration/name``.
  init(postgres error: any Error, ledger: String) {
    switch error {
    case let failure as LedgerFailure:
      // One of the pool's own says already which ledger it is about.
      let prefix = failure.message.hasPrefix("ledger \(ledger): ") ? "" : "ledger \(ledger): "
      self.init(code: failure.code, message: prefix + failure.message, isTransient: failure.isTransient)
    case let error as PostgresError:
      let (code, isTransient) = Self.meaning(of: error)
      let state = error.sqlState.map { " (SQLSTATE \($0))" } ?? ""
      let doubt = error.isInDoubt ? "; it may have happened nevertheless" : ""
      self.init(code: code, message: "ledger \(ledger): \(error.message)\(state)\(doubt)", isTransient: isTransient)
    case is CancellationError:
      self.init(code: .cancelled, message: "ledger \(ledger): the task was cancelled", isTransient: true)
    default:
      self.init(code: .unexpected, message: "ledger \(ledger): \(type(of: error))", isTransient: false)
    }
  }

  /// The table of PostgreSQL's codes (its manual, appendix A), by the whole code first, then by its class.
  static func meaning(of error: PostgresError) -> (code: Code, isTransient: Bool) {
    guard let state = error.sqlState else {
      // libpq's or the network's: without a server nothing can be said, but that it is away.
      if error.isPermanent { return (.unavailable, false) }
      return error.isConnectionLost ? (.unavailable, true) : (.unexpected, false)
    }
    switch state {
    // A statement or lock took too long, a deadlock, transactions in each other's way, more connections than the server has.
    case "57014", "55P03", "40001", "40P01", "53300": return (.busy, true)
    case "53100": return (.full, true)
    // A transaction stood open while this process was stopped; the server rolled it back.
    case "25P03", "57P05": return (.unavailable, true)
    // The server became a standby: its successor may answer under the same address in a moment.
    case "25006": return (.notWritable, true)
    case "3D000", "3F000": return (.unavailable, false)
    case "42501": return (.notWritable, false)
    // What was prepared does not fit the tables any more, or is gone: the connection is made anew.
    case "0A000" where error.isConnectionLost, "26000": return (.unavailable, true)
    case "XX001", "XX002": return (.corrupt, false)
    default: break
    }
    switch state.prefix(2) {
    case "08", "53", "57", "58": return (.unavailable, true)
    case "28": return (.unavailable, false)
    case "40": return (.busy, true)
    default: return (.unexpected, error.isConnectionLost)
    }
  }
}
