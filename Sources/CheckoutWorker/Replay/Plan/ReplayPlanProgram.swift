import CheckoutSession

/// `checkout-worker replay plan`: writes down which dead letters would be sent again, and what would become of each. Sends nothing.
///
/// Exit code 0: the plan is written; 3: nothing in it can be sent, or there is no dead letter; 75: brokers or ledger cannot be reached now, or asked to end;
/// 77: credentials refused; 2: wrong usage or configuration; 1: failed.
public struct ReplayPlanProgram: Sendable {
  private let sources: ConfigurationSources
  private let options: ReplayPlanOptions

  /// Makes a program.
  public init(sources: ConfigurationSources, options: ReplayPlanOptions) {
    self.sources = sources
    self.options = options
  }

  /// Plans, and prints what applying the plan would do.
  public func run() async -> ExitStatus {
    guard let start = CommandStart(sources, label: "replay-plan", objection: options.objection) else { return .wrongUsage }
    let planning = ReplayPlanning(
      assembly: start.assembly, options: options, output: start.output, logger: start.logger, echo: start.echo,
      showsProgress: !options.json)
    return await start.untilSignal { await planning.run() }
  }
}
