/// `checkout-worker ledger vacuum`: gives the ledger's free pages back to the disk.
public struct LedgerVacuumProgram: Sendable {
  private let sources: ConfigurationSources
  private let json: Bool

  /// - Parameter json: one JSON object, described at ``LedgerVacuumReport/json``, instead of text.
  public init(sources: ConfigurationSources, json: Bool) {
    self.sources = sources
    self.json = json
  }

  /// Writes the file anew, and prints how much smaller it is.
  public func run() async -> ExitStatus {
    guard let setup = ProcessSetup.load(sources, needsGateway: false) else { return .wrongUsage }
    let logger = sources.commandLogger("ledger-vacuum")
    let vacuuming = LedgerVacuuming(
      assembly: WorkerAssembly(configuration: setup.configuration), json: json, output: .standard, logger: logger)
    let work = Task { await vacuuming.run() }
    return await SignalGuard.run(logger: logger, onFirstSignal: { work.cancel() }) { await work.value }
  }
}
