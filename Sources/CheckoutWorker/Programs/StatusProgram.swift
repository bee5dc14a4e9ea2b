import CheckoutSession
import Logging

/// `checkout-worker status`: how things stand, without disturbing those who work.
///
/// The ledger is opened for reading only, and the group's offsets are asked for without joining it. A part that cannot be reached is shown as unknown,
/// with the reason; the exit code is then 75 (no broker), 77 (the broker refuses the credentials) or 1 (anything else, the ledger too).
public struct StatusProgram: Sendable {
  private let sources: ConfigurationSources
  private let json: Bool

  /// - Parameter json: one JSON object, described at ``StatusReport/json``, instead of text.
  public init(sources: ConfigurationSources, json: Bool) {
    self.sources = sources
    self.json = json
  }

  /// Prints the report.
  public func run() async -> ExitStatus {
    guard let setup = ProcessSetup.load(sources, needsGateway: false) else { return .wrongUsage }
    let assembly = WorkerAssembly(configuration: setup.configuration)
    return await StatusQuery(assembly: assembly, json: json, output: .standard, logger: sources.commandLogger("status")).run()
  }
}
