import FoundationEssentials
import Logging
import Metrics
import Telemetry

#if canImport(Glibc)
  import Glibc
#endif

/// What every command does before anything else: configuration, logging, metrics, signals that must not end the process.
struct ProcessSetup: Sendable {
  let configuration: WorkerConfiguration
  let registry: PrometheusRegistry

  /// Loads the configuration and starts logging and metrics with it.
  ///
  /// Prints what is wrong with the configuration, one line for each problem, and gives nil: the command then ends with ``ExitStatus/wrongUsage``.
  static func load(_ sources: ConfigurationSources, needsGateway: Bool = true) -> ProcessSetup? {
    // A reader of our output that goes away must show as a failed write, not as a dead process.
    signal(SIGPIPE, SIG_IGN)
    do {
      let loaded = try sources.load(environment: ProcessInfo.processInfo.environment, needsGateway: needsGateway)
      let setup = ProcessSetup(configuration: loaded.configuration, registry: WorkerMetrics.makeRegistry())
      setup.bootstrap()
      let logger = Logger(label: "checkout-worker")
      for warning in loaded.warnings { logger.warning("configuration", metadata: ["problem": "\(warning)"]) }
      return setup
    } catch {
      let count = error.problems.count
      StandardStreams.writeError("The configuration cannot be used: \(count) \(count == 1 ? "problem" : "problems").")
      for problem in error.problems { StandardStreams.writeError("  \(problem)") }
      StandardStreams.writeError("Every key is described in config/reference.md.")
      return nil
    }
  }

  private func bootstrap() {
    let output = Self.output(configuration.log.format)
    let level = Logger.Level(rawValue: configuration.log.level.rawValue) ?? .info
    LoggingSystem.bootstrap { StructuredLogHandler(label: $0, output: output, logLevel: level) }
    MetricsSystem.bootstrap(registry)
  }

  private static func output(_ format: WorkerConfiguration.Log.Format) -> LogOutput {
    switch format {
    case .auto: .standardError()
    case .json: LogOutput(format: .json)
    case .text: LogOutput(format: .text(colour: DescriptorLogSink.standardErrorShowsColour))
    }
  }
}
