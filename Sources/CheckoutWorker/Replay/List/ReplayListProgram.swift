import CheckoutSession
import Logging

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
    let output = CommandOutput.standard
    if let objection = options.objection {
      output.writeError(objection)
      return .wrongUsage
    }
    guard let setup = ProcessSetup.load(sources, needsGateway: false) else { return .wrongUsage }
    let logger = sources.commandLogger("replay-list")
    let listing = ReplayListing(
      assembly: WorkerAssembly(configuration: setup.configuration), options: options, output: output, logger: logger)
    let work = Task {
      let display = Task { if !options.json { await listing.progress.show() } }
      let status = await listing.run()
      display.cancel()
      await display.value
      return status
    }
    return await SignalGuard.run(logger: logger, onFirstSignal: { work.cancel() }) { await work.value }
  }
}
