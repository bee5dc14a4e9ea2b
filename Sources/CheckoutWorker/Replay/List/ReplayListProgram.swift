import CheckoutSession

/// `checkout-worker replay list`: what failed, in groups. Reads only, and disturbs nobody.
///
/// Exit code 0: listed, whatever there is; 75: brokers or ledger cannot be reached now, or asked to end; 77: credentials refused; 2: wrong usage or
/// configuration; 1: failed.
public struct ReplayListProgram: Sendable {
  private let sources: ConfigurationSources
  private let options: ReplayListOptions

  /// Makes a program.
  public init(sources: ConfigurationSources, options: ReplayListOptions) {
    self.sources = sources
    self.options = options
  }

  /// Lists.
  public func run() async -> ExitStatus {
    guard let start = CommandStart(sources, label: "replay-list", objection: options.objection) else { return .wrongUsage }
    let listing = ReplayListing(
      assembly: start.assembly, options: options, output: start.output, logger: start.logger, echo: start.echo,
      showsProgress: !options.json)
    return await start.untilSignal { await listing.run() }
  }
}
