import CheckoutSession
import Logging

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
    let output = CommandOutput.standard
    if let objection = options.objection {
      output.writeError(objection)
      return .wrongUsage
    }
    guard let setup = ProcessSetup.load(sources, needsGateway: false) else { return .wrongUsage }
    let logger = sources.commandLogger("audit")
    let run = AuditRun(assembly: WorkerAssembly(configuration: setup.configuration), options: options, output: output, logger: logger)
    let work = Task {
      let display = Task { if !options.json { await run.progress.show() } }
      let status = await run.run()
      display.cancel()
      await display.value
      return status
    }
    return await SignalGuard.run(logger: logger, onFirstSignal: { work.cancel() }) { await work.value }
  }
}
