import Kafka

/// Writes the commands that a report tells its reader to type next: with the global options that the reader gave this one, so that the next command
/// means the same brokers and the same ledger. Ready to be pasted into a shell; credentials are left out.
///
/// `CommandStart.echo` is that of a command: `echo.command("replay apply", CommandEcho.quotedPath(path))`.
struct CommandEcho: Sendable, Hashable {
  /// The name by which the program is called.
  static let program = "checkout-worker"
  /// What stands where a credential stood.
  private static let hidden = "…"

  /// `--config FILE -X key=value --set key=value …` as they were given, quoted; empty if none were.
  private let options: [String]

  /// Keeps what the command line said.
  init(_ sources: ConfigurationSources = ConfigurationSources()) {
    var options: [String] = []
    for file in sources.files { options += ["--config", Self.shellPath(file)] }
    for assignment in sources.kafkaProperties { options += ["-X", Self.shown(assignment, prefix: ConfigurationSchema.propertyPrefix)] }
    for assignment in sources.overrides { options += ["--set", Self.shown(assignment, prefix: "")] }
    if let level = sources.logLevel { options += ["--log-level", level] }
    if let format = sources.logFormat { options += ["--log-format", format] }
    self.options = options.map(Self.quoted)
  }

  /// A command line.
  /// - Parameters:
  ///   - subcommand: such as `replay apply`.
  ///   - rest: what stands behind the global options, ready for a shell: quote a path with ``quotedPath(_:)``.
  func command(_ subcommand: String, _ rest: String = "") -> String {
    let words = [Self.program, subcommand] + options + [rest.drop { $0 == " " }].map(String.init)
    return words.filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// One word of a command line as a shell reads it back.
  static func quoted(_ word: String) -> String {
    let isPlain = word.unicodeScalars.allSatisfy { scalar in
      ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
        || "-_./:=,@%+…".unicodeScalars.contains(scalar)
    }
    guard !isPlain || word.isEmpty else { return word }
    return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
  }

  /// A file's name as a shell reads it back, and as no command takes it for an option. `-` alone is standard input.
  static func quotedPath(_ path: String) -> String { quoted(shellPath(path)) }

  private static func shellPath(_ path: String) -> String { path.hasPrefix("-") && path != "-" ? "./" + path : path }

  /// `key=value`, or `key=…` if the value is or may hold a credential.
  private static func shown(_ assignment: String, prefix: String) -> String {
    guard let equals = assignment.firstIndex(of: "=") else { return hidden }
    let (name, value) = (assignment[..<equals], assignment[assignment.index(after: equals)...])
    return isSecret(prefix + String(name).trimmingWhitespace(), value) ? "\(name)=\(hidden)" : assignment
  }

  private static func isSecret(_ key: String, _ value: Substring) -> Bool {
    // A file's name is none, nor is an address that says who logs in, but not with what.
    if key.hasSuffix("File") || key.hasSuffix(".file") { return false }
    if ConfigurationSchema.entries[key]?.isSecret == true
      || ConfigurationSchema.merchantEntries.contains(where: {
        key.hasPrefix(ConfigurationSchema.merchantPrefix) && key.hasSuffix("." + $0.key) && $0.value.isSecret
      })
    {
      return true
    }
    let property = key.hasPrefix(ConfigurationSchema.propertyPrefix) ? key.dropFirst(ConfigurationSchema.propertyPrefix.count) : nil
    if let property, KafkaProperties.isSecret(String(property)) { return true }
    return hasPasswordInAddress(value)
  }

  /// Whether it is an address such as `postgresql://name:password@host`, or `postgresql://name@host/ledger?password=…`.
  private static func hasPasswordInAddress(_ value: Substring) -> Bool {
    if value.lowercased().contains("password=") { return true }
    guard let at = value.lastIndex(of: "@") else { return false }
    var user = value[..<at]
    if let colons = user.firstRange(of: "://") { user = user[colons.upperBound...] }
    return user.contains(":")
  }
}
