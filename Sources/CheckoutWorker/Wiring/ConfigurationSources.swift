/// What the command line says about the configuration.
public struct ConfigurationSources: Sendable {
  /// `--config`, in order.
  public var files: [String]
  /// `-X`, in order.
  public var kafkaProperties: [String]
  /// `--set`, in order.
  public var overrides: [String]
  /// `--log-level`.
  public var logLevel: String?
  /// `--log-format`.
  public var logFormat: String?

  /// Makes sources.
  public init(
    files: [String] = [], kafkaProperties: [String] = [], overrides: [String] = [], logLevel: String? = nil, logFormat: String? = nil
  ) {
    self.files = files
    self.kafkaProperties = kafkaProperties
    self.overrides = overrides
    self.logLevel = logLevel
    self.logFormat = logFormat
  }

  /// Reads and checks everything.
  /// - Throws: ``ConfigurationError`` with every problem.
  func load(environment: [String: String], needsGateway: Bool = true) throws(ConfigurationError) -> LoadedConfiguration {
    var settings = kafkaProperties.map { ConfigurationOverride.property($0) }
    settings += overrides.map { ConfigurationOverride.setting($0, flag: "--set") }
    if let logLevel { settings.append(.setting("log.level=\(logLevel)", flag: "--log-level")) }
    if let logFormat { settings.append(.setting("log.format=\(logFormat)", flag: "--log-format")) }
    return try ConfigurationLoader(files: files, environment: environment, overrides: settings, needsGateway: needsGateway).load()
  }
}
