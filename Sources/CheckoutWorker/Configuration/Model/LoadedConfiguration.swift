/// A configuration that can be used, and what is doubtful about it.
public struct LoadedConfiguration: Sendable, Equatable {
  /// The configuration.
  public let configuration: WorkerConfiguration
  /// For the log, one line each.
  public let warnings: [ConfigurationProblem]
}
