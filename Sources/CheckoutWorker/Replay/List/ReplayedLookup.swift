import CheckoutSession
import Ledger
import Logging
import Replay

/// Finds out which dead letters have been sent again or dropped, from the workers' ledger, which is only read.
struct ReplayedLookup {
  /// The ledger; nil without one.
  private let ledger: (any WorkerLedger)?
  /// Why there is none; nil with one.
  let reason: String?
  /// Whether no replay was ever made, so that nobody needs to be asked about each.
  private let isUnused: Bool

  private init(ledger: (any WorkerLedger)?, reason: String?, isUnused: Bool) {
    self.ledger = ledger
    self.reason = reason
    self.isUnused = isUnused
  }

  /// Opens the ledger if there is one; a list without it is better than none, and says so.
  /// - Throws: `LedgerFailure` of one that is there and cannot be read.
  static func open(_ assembly: WorkerAssembly, logger: Logger) async throws(LedgerFailure) -> ReplayedLookup {
    func without(_ reason: String) -> ReplayedLookup { ReplayedLookup(ledger: nil, reason: reason, isUnused: true) }
    let store = assembly.configuration.ledger.store
    guard store != .memory else { return without("ledger.url is memory:, where only the worker can look") }
    switch LedgerPresence(store) {
    case .absent: return without("there is no ledger at \(store.name)")
    case .empty: return without("\(store.name) is empty")
    case .present: break
    }
    let ledger: any WorkerLedger
    do throws(LedgerFailure) {
      ledger = try await assembly.openLedger(.readOnly, logger: logger)
    } catch {
      guard error.code == .notSetUp else { throw error }
      return without("\(store.name) is empty")
    }
    do throws(LedgerFailure) {
      let isUnused = try await ledger.replayRuns(planHash: nil, limit: 1).isEmpty
      return ReplayedLookup(ledger: ledger, reason: nil, isUnused: isUnused)
    } catch {
      await ledger.close()
      throw error
    }
  }

  /// For each whether it has been sent again or dropped; nil without a ledger. What a run has claimed and not sent yet is not.
  func areReplayed(_ letters: [DeadLetter]) async throws(LedgerFailure) -> [Bool]? {
    guard let ledger else { return nil }
    guard !isUnused else { return Array(repeating: false, count: letters.count) }
    return try await ledger.replayRecords(letters.map(\.name)).map { $0.map { $0.state != .claimed } ?? false }
  }

  /// Closes the ledger.
  func close() async { await ledger?.close() }
}
