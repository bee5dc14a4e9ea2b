/// A value given on the command line; it wins over files and environment.
public struct ConfigurationOverride: Sendable, Hashable {
  /// The flag, as the person typed it, for messages.
  public let flag: String
  /// What stands before the `=`, put behind ``prefix``.
  let assignment: String
  /// What the flag puts before the key.
  let prefix: String

  /// `key=value` for any key, e.g. `log.level=debug` from `--log-level debug`.
  public static func setting(_ assignment: String, flag: String) -> Self {
    Self(flag: flag, assignment: assignment, prefix: "")
  }

  /// `name=value` for a librdkafka property, from `-X`.
  public static func property(_ assignment: String, flag: String = "-X") -> Self {
    Self(flag: flag, assignment: assignment, prefix: ConfigurationSchema.propertyPrefix)
  }

  /// Adds the setting, or says what is wrong with it. Only the key is ever repeated: the value may be a credential.
  func read(into reading: inout ConfigurationReading) {
    guard let equals = assignment.firstIndex(of: "="), equals != assignment.startIndex else {
      return reading.report("", .flag(flag), "expected name=value")
    }
    let key = prefix + String(assignment[..<equals]).trimmingWhitespace()
    _ = reading.add(key, .scalar(String(assignment[assignment.index(after: equals)...])), .flag(flag))
  }
}
