import CheckoutSession

/// `checkout-worker replay apply`: sends what a plan says again, each failed request at most once.
///
/// Exit code 0: all as predicted; 3: something was refused, not answered or not as predicted, or the canary failed; 75: brokers or ledger away, no worker
/// answers, or asked to end: the same command goes on; 77: credentials refused; 2: wrong usage or configuration, or a plan that cannot be used; 1: failed.
public struct ReplayApplyProgram: Sendable {
  private let sources: ConfigurationSources
  private let options: ReplayApplyOptions

  /// Makes a program.
  public init(sources: ConfigurationSources, options: ReplayApplyOptions) {
    self.sources = sources
    self.options = options
  }

  /// Applies the plan, and prints what became of it.
  public func run() async -> ExitStatus {
    guard let start = CommandStart(sources, label: "replay-apply", objection: options.objection) else { return .wrongUsage }
    let applying = ReplayApplying(assembly: start.assembly, options: options, output: start.output, logger: start.logger, echo: start.echo)
    switch await applying.check() {
    case .failure(let end): return end.status
    case .success(let plan):
      // Up to here a signal ends the process as it is: nothing has been done.
      return await SignalGuard.run(logger: start.logger, onFirstSignal: { applying.stop() }) { await applying.run(plan) }
    }
  }
}
