import CheckoutSession
import Ledger
import Logging
import Replay

/// `checkout-worker replay history`: who sent what again, when, and what became of it. Only reads the ledger.
///
/// Exit code 0: shown; 75: the ledger cannot be reached now; 2: wrong usage or configuration; 1: failed, no such run for instance.
public struct ReplayHistoryProgram: Sendable {
  private let sources: ConfigurationSources
  private let options: ReplayHistoryOptions

  /// Makes a program.
  public init(sources: ConfigurationSources, options: ReplayHistoryOptions) {
    self.sources = sources
    self.options = options
  }

  /// Shows the history.
  public func run() async -> ExitStatus {
    let output = CommandOutput.standard
    if let objection = options.objection {
      output.writeError(objection)
      return .wrongUsage
    }
    guard let setup = ProcessSetup.load(sources, needsGateway: false) else { return .wrongUsage }
    let history = ReplayHistory(
      assembly: WorkerAssembly(configuration: setup.configuration), options: options, output: output,
      logger: sources.commandLogger("replay-history"))
    return await history.run()
  }
}
