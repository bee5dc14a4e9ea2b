/// Reads the configuration: files in the order given, then the environment, then overrides from the command line; later wins.
///
/// It reads small local files and blocks while it does; call it once, before anything else runs.
public struct ConfigurationLoader: Sendable {
  private let files: [String]
  private let environment: [String: String]
  private let overrides: [ConfigurationOverride]
  private let needsGateway: Bool

  /// - Parameters:
  ///   - files: YAML files, `--config`.
  ///   - environment: all environment variables; only those that start with `CHECKOUT_` are read.
  ///   - overrides: `-X`, `--log-level`, `--log-format`.
  ///   - needsGateway: false for commands that do not call the gateway (`publish`, `status`): they work without merchants and credentials.
  public init(files: [String], environment: [String: String], overrides: [ConfigurationOverride] = [], needsGateway: Bool = true) {
    self.files = files
    self.environment = environment
    self.overrides = overrides
    self.needsGateway = needsGateway
  }

  /// The configuration, complete and checked.
  ///
  /// - Throws: ``ConfigurationError`` with every problem that was found.
  public func load() throws(ConfigurationError) -> LoadedConfiguration {
    var reading = ConfigurationReading()
    for file in files { YAMLConfigurationSource(path: file).read(into: &reading) }
    EnvironmentConfigurationSource(variables: environment).read(into: &reading)
    for override in overrides { override.read(into: &reading) }

    var assembler = ConfigurationAssembler()
    for setting in reading.settings { assembler.apply(setting) }

    var resolver = ConfigurationResolver(assembler: assembler, needsGateway: needsGateway)
    let configuration = resolver.resolve()
    let problems = reading.problems + assembler.problems + resolver.problems
    guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
    return LoadedConfiguration(configuration: configuration, warnings: reading.warnings + assembler.warnings + resolver.warnings)
  }
}
