import CheckoutSession
import Ledger
import Logging

/// Opens the workers' ledger for replay: it must be there, because what it knows is what tells a replay from a second session.
struct ReplayLedgerVisit {
  /// Why there is no ledger to work with.
  struct Refusal: Error, CustomStringConvertible {
    var description: String
    var status: ExitStatus
  }

  let assembly: WorkerAssembly
  let logger: Logger

  /// Runs `work` with the open ledger and closes it. One that is not there is not made.
  /// - Throws: ``Refusal``, `LedgerFailure`, and what `work` throws.
  func run<Value>(_ work: (any WorkerLedger) async throws -> Value) async throws -> Value {
    let ledger = try await open()
    do {
      let value = try await work(ledger)
      await ledger.close()
      return value
    } catch {
      await ledger.close()
      throw error
    }
  }

  private func open() async throws -> any WorkerLedger {
    let store = assembly.configuration.ledger.store
    switch store {
    case .memory:
      throw Refusal(
        description: "ledger.url is memory:, where only the worker can look: a replay needs a ledger that lasts.", status: .wrongUsage)
    case .sqlite:
      if LedgerPresence(store) != .present { throw notThere(store) }
    case .postgres:
      // Opened for writing, an empty database would be set up.
      do {
        await (try assembly.openLedger(.readOnly, logger: logger)).close()
      } catch  where error.code == .notSetUp {
        throw notThere(store)
      }
    }
    return try await assembly.openLedger(.readWrite, logger: logger)
  }

  private func notThere(_ store: WorkerConfiguration.Ledger.Store) -> Refusal {
    Refusal(
      description: """
        There is no ledger at \(store.name), and none is made: a replay needs the workers' own, which knows what was sent before.
        Run this where the workers run, or with their configuration (ledger.url).
        """,
      status: .failed)
  }
}
