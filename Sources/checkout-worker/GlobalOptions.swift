import ArgumentParser
import CheckoutWorker

/// The options that every command has.
struct GlobalOptions: ParsableArguments {
  @Option(
    name: .customLong("config"),
    help: ArgumentHelp("A YAML file with configuration keys; may be repeated, later files win.", valueName: "file"))
  var configurationFiles: [String] = []

  @Option(
    name: .customShort("X"),
    help: ArgumentHelp("Any librdkafka property, for instance -X security.protocol=ssl; may be repeated.", valueName: "key=value"))
  var kafkaProperties: [String] = []

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "A configuration key, for instance --set kafka.bootstrapServers=broker:9092; may be repeated.", valueName: "key=value"))
  var overrides: [String] = []

  @Option(help: ArgumentHelp("trace, debug, info, notice, warning, error or critical.", valueName: "level"))
  var logLevel: String?

  @Option(help: ArgumentHelp("json or text; text on a terminal if not given.", valueName: "format"))
  var logFormat: String?

  /// What the command line says, for the configuration to be made from.
  var sources: ConfigurationSources {
    ConfigurationSources(
      files: configurationFiles, kafkaProperties: kafkaProperties, overrides: overrides, logLevel: logLevel, logFormat: logFormat)
  }
}
