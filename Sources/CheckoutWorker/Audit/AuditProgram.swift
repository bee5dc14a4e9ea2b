import CheckoutSession

/// `checkout-worker audit`: proves from topics and ledger that nothing was lost, without disturbing those who work.
///
/// Nobody joins the group, nothing is committed, the ledger is only read. Exit code 0: complete; 3: there are exceptions; 75: brokers or ledger cannot be
/// reached now; 77: credentials refused; 2: wrong usage or configuration; 1: failed, a topic that does not exist for instance.
public struct AuditProgram: Sendable {
  private let sources: ConfigurationSources
  private let options: AuditOptions

  /// Makes a program.
  public init(sources: ConfigurationSources, options: AuditOptions) {
    self.sources = sources
    self.options = options
  }

  /// Audits, and prints the report.
  public func run() async -> ExitStatus {
    guard let start = CommandStart(sources, label: "audit", objection: options.objection) else { return .wrongUsage }
    let run = AuditRun(
      assembly: start.assembly, options: options, output: start.output, logger: start.logger, showsProgress: !options.json)
    return await start.untilSignal { await run.run() }
  }
}
