import FoundationEssentials

/// `checkout-worker check`: tries everything that `run` needs, says what to do about what is missing, and changes nothing.
///
/// The exit code is that of the worst failure: what a person must mend (configuration 2, credentials 77, anything else 1) goes before
/// what time may mend (75).
public struct CheckProgram: Sendable {
  private let sources: ConfigurationSources

  /// - Parameter sources: what the command line says about the configuration.
  public init(sources: ConfigurationSources) { self.sources = sources }

  /// Runs all checks and prints a line for each.
  public func run() async -> ExitStatus {
    guard let setup = ProcessSetup.load(sources) else { return .wrongUsage }
    return await Checkup(
      sources: sources, environment: ProcessInfo.processInfo.environment, assembly: WorkerAssembly(configuration: setup.configuration),
      output: .standard, logger: sources.commandLogger("check")
    ).run()
  }
}
