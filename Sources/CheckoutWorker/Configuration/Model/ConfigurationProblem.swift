/// One thing that is wrong (or, as a warning, doubtful) in the configuration. Never holds the value of a credential.
public struct ConfigurationProblem: Sendable, Hashable, CustomStringConvertible {
  /// The key, e.g. `gateway.requestTimeout`; empty when a whole source cannot be read.
  public let key: String
  /// Where the value came from; nil when the trouble is that it came from nowhere.
  public let origin: ConfigurationOrigin?
  /// What is wrong and what was expected.
  public let message: String

  /// One line: `config/stage.yaml:12: gateway.requestTimeout: expected …`.
  public var description: String {
    [origin?.description, key.isEmpty ? nil : key, message].compactMap(\.self).joined(separator: ": ")
  }
}
