import CheckoutSession
import Ledger
import Logging

/// How things stand in the ledger.
struct LedgerStatus: Hashable, Sendable {
  /// Whether the ledger could be read, and if not, why. The names are part of `status --json`.
  enum State: String, Sendable {
    /// It was read.
    case ok
    /// There is no file yet: no worker has run on this machine, with this configuration.
    case absent
    /// The file or the database is empty: a worker is about to set it up.
    case empty
    /// It lives in the memory of the worker, where nobody else can look.
    case memory
    /// It cannot be read.
    case unreadable
  }

  /// The file, the database, or `memory:`.
  var location: String
  /// Whether it could be read.
  var state: State
  /// What it says; nil unless ``state`` is `ok`.
  var statistics: LedgerStatistics?
  /// Why it cannot be read.
  var failure: LedgerFailure?

  /// Since when the oldest request that the ledger knows of waits for its answer: undecided, or decided and not published.
  var oldestUnanswered: Timestamp? {
    [statistics?.undecided.oldest, statistics?.unpublished.oldest].compactMap(\.self).min()
  }

  /// The exit code for what is unknown.
  var status: ExitStatus { state == .unreadable ? .failed : .done }

  /// Reads the ledger while others work with it.
  static func read(_ assembly: WorkerAssembly, now: Timestamp, logger: Logger) async -> LedgerStatus {
    let store = assembly.configuration.ledger.store
    let location = store.name
    guard store != .memory else { return LedgerStatus(location: location, state: .memory) }
    switch LedgerPresence(store) {
    case .absent: return LedgerStatus(location: location, state: .absent)
    case .empty: return LedgerStatus(location: location, state: .empty)
    case .present: break
    }
    do throws(LedgerFailure) {
      let ledger = try await assembly.openLedger(.readOnly, logger: logger)
      let read: Result<LedgerStatistics, LedgerFailure>
      do throws(LedgerFailure) {
        read = .success(try await ledger.statistics(now: now, sessionLifetime: assembly.sessionLifetime))
      } catch {
        read = .failure(error)
      }
      await ledger.close()
      return LedgerStatus(location: location, state: .ok, statistics: try read.get())
    } catch {
      if error.code == .notSetUp { return LedgerStatus(location: location, state: .empty) }
      return LedgerStatus(location: location, state: .unreadable, failure: error)
    }
  }

  /// What is said in place of numbers; nil when there are numbers.
  var explanation: String? {
    switch state {
    case .ok: nil
    case .absent: "no ledger yet at \(location): no worker has run here with this configuration"
    case .empty: "\(location) is empty: no worker has used it yet"
    case .memory: "in the worker's memory, where this command cannot look; the worker's /metrics can be read instead"
    case .unreadable: failure.map { "unknown: \($0)" } ?? "unknown"
    }
  }
}
