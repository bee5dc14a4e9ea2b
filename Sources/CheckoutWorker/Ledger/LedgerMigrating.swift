import CheckoutSession
import Ledger
import Logging

/// The work of `ledger migrate`.
struct LedgerMigrating: Sendable {
  let assembly: WorkerAssembly
  let isDryRun: Bool
  let json: Bool
  let output: CommandOutput
  let logger: Logger

  /// Takes the missing steps, or only looks, and says what the ledger has.
  func run() async -> ExitStatus {
    let store = assembly.configuration.ledger.store
    guard store != .memory else {
      output.writeError("ledger.url is memory: there is no ledger that lasts, so nothing to migrate.")
      return .wrongUsage
    }
    do throws(LedgerFailure) {
      let before = try await steps(of: store, taking: false)
      var after = before
      if !isDryRun, !before.allSatisfy(\.isApplied) { after = try await steps(of: store, taking: true) }
      let report = LedgerMigrateReport(
        location: store.name, steps: after,
        taken: Set(after.filter(\.isApplied).map(\.number)).subtracting(before.filter(\.isApplied).map(\.number)),
        isDryRun: isDryRun)
      output.write(json ? report.json : report.text)
      return .done
    } catch {
      output.writeError("\(error)")
      output.writeError(LedgerVisit.advice(error, store))
      return PartFailure.exitStatus(for: error)
    }
  }

  private func steps(of store: WorkerConfiguration.Ledger.Store, taking: Bool) async throws(LedgerFailure) -> [LedgerMigration] {
    switch store {
    case .memory: return []
    case .sqlite(let path):
      let configuration = SQLiteLedgerConfiguration(location: .file(path: path), access: taking ? .readWrite : .readOnly)
      return taking
        ? try await LedgerMigrations.apply(configuration, logger: logger) : try await LedgerMigrations.list(configuration, logger: logger)
    case .postgres(let address):
      let configuration = assembly.postgres(address, taking ? .readWrite : .readOnly)
      return taking
        ? try await LedgerMigrations.apply(configuration, logger: logger) : try await LedgerMigrations.list(configuration, logger: logger)
    }
  }
}
