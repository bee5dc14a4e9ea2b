import CheckoutSession
import Ledger
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
    guard let start = CommandStart(sources, label: "replay-history", objection: options.objection) else { return .wrongUsage }
    return await ReplayHistory(assembly: start.assembly, options: options, output: start.output, logger: start.logger, echo: start.echo)
      .run()
  }
}
