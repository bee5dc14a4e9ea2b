import CheckoutSession
import GRDB

extension LedgerFailure {
  /// What an error of GRDB or SQLite means to the worker. SQLite's messages name tables, columns and files, never values.
  init(_ error: any Error, ledger: String) {
    switch error {
    case let failure as LedgerFailure:
      self.init(code: failure.code, message: "ledger \(ledger): \(failure.message)", isTransient: failure.isTransient)
    case let error as DatabaseError:
      let (code, isTransient) = Self.meaning(of: error.extendedResultCode)
      let message = error.message ?? "no message"
      self.init(code: code, message: "ledger \(ledger): \(message) (SQLite \(error.extendedResultCode.rawValue))", isTransient: isTransient)
    case is CancellationError:
      self.init(code: .cancelled, message: "ledger \(ledger): the task was cancelled", isTransient: true)
    default:
      self.init(code: .unexpected, message: "ledger \(ledger): \(type(of: error))", isTransient: false)
    }
  }

  /// The table of SQLite's result codes; `extended` is matched as a whole first, then by its primary code.
  static func meaning(of extended: ResultCode) -> (code: Code, isTransient: Bool) {
    // The file system says that its own data is damaged, which waiting does not mend.
    if extended == .SQLITE_IOERR_CORRUPTFS { return (.corrupt, false) }
    switch extended.primaryResultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED: return (.busy, true)
    case .SQLITE_FULL: return (.full, true)
    case .SQLITE_IOERR, .SQLITE_NOMEM, .SQLITE_PROTOCOL: return (.unavailable, true)
    case .SQLITE_CANTOPEN, .SQLITE_MISUSE: return (.unavailable, false)
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: return (.notWritable, false)
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: return (.corrupt, false)
    case .SQLITE_INTERRUPT, .SQLITE_ABORT: return (.cancelled, true)
    default: return (.unexpected, false)
    }
  }
}
