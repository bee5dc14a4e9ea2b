/// `checkout-worker ledger migrate`: takes the missing steps of the ledger's schema, and shows all of them.
public struct LedgerMigrateProgram: Sendable {
  private let sources: ConfigurationSources
  private let isDryRun: Bool
  private let json: Bool

  /// - Parameters:
  ///   - isDryRun: only show which steps are missing.
  ///   - json: one JSON object, described at ``LedgerMigrateReport/json``, instead of text.
  public init(sources: ConfigurationSources, isDryRun: Bool, json: Bool) {
    self.sources = sources
    self.isDryRun = isDryRun
    self.json = json
  }

  /// Migrates, and prints every step. A signal does not break off a step: they are taken together or not at all, and a second signal ends the process.
  public func run() async -> ExitStatus {
    guard let setup = ProcessSetup.load(sources, needsGateway: false) else { return .wrongUsage }
    let logger = sources.commandLogger("ledger-migrate")
    let migrating = LedgerMigrating(
      assembly: WorkerAssembly(configuration: setup.configuration), isDryRun: isDryRun, json: json, output: .standard, logger: logger)
    let work = Task { await migrating.run() }
    return await SignalGuard.run(logger: logger, onFirstSignal: { work.cancel() }) { await work.value }
  }
}
