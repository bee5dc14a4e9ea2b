import CheckoutSession
import Logging

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
    let output = CommandOutput.standard
    if let objection = options.objection {
      output.writeError(objection)
      return .wrongUsage
    }
    guard let setup = ProcessSetup.load(sources, needsGateway: false) else { return .wrongUsage }
    let logger = sources.commandLogger("replay-plan")
    let planning = ReplayPlanning(
      assembly: WorkerAssembly(configuration: setup.configuration), options: options, output: output, logger: logger,
      showsProgress: !options.json)
    let work = Task { await planning.run() }
    return await SignalGuard.run(logger: logger, onFirstSignal: { work.cancel() }) { await work.value }
  }
}
