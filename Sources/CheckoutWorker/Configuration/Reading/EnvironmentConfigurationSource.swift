/// Reads the variables that start with `CHECKOUT_`. An empty variable counts as absent, as in most container tools.
struct EnvironmentConfigurationSource: Sendable {
  let variables: [String: String]

  /// Adds the settings that variables give; an unknown one is a problem, or a warning when it looks like one that Kubernetes made.
  func read(into reading: inout ConfigurationReading) {
    let merchants = reading.merchantNames
    for (name, value) in variables.sorted(by: { $0.key < $1.key }) where name.hasPrefix(EnvironmentName.prefix) && !value.isEmpty {
      let origin = ConfigurationOrigin.environment(name)
      let words = String(name.dropFirst(EnvironmentName.prefix.count))
      if let key = Self.keys[words] ?? Self.propertyKey(words) ?? Self.merchantKey(words, known: merchants) {
        _ = reading.add(key, .scalar(value), origin)
      } else if Self.isServiceLink(words) {
        let message = "is not used; it looks like a service link of Kubernetes (enableServiceLinks: false turns them off)"
        reading.warnings.append(ConfigurationProblem(key: "", origin: origin, message: message))
      } else {
        reading.report("", origin, "is not a known variable" + Self.suggestion(for: words))
      }
    }
  }

  /// Keys by variable name without its prefix.
  static let keys = Dictionary(
    ConfigurationSchema.entries.keys.map { (EnvironmentName.words(of: $0), $0) }, uniquingKeysWith: { first, _ in first })

  /// Merchant keys (without the merchant) by the end of the variable name.
  private static let merchantKeys = ConfigurationSchema.merchantEntries.keys.map { (words: "_" + EnvironmentName.words(of: $0), key: $0) }

  /// `KAFKA_PROPERTIES_SASL_PASSWORD` is `sasl.password`, `KAFKA_PROPERTIES_SASL_PASSWORD_FILE` is `sasl.passwordFile`.
  private static func propertyKey(_ words: String) -> String? {
    let prefix = "KAFKA_PROPERTIES_"
    guard words.hasPrefix(prefix), words.count > prefix.count else { return nil }
    let name = words.dropFirst(prefix.count).lowercased().split(separator: "_", omittingEmptySubsequences: false).joined(separator: ".")
    let stem = name.hasSuffix(".file") ? String(name.dropLast(".file".count)) : ""
    return ConfigurationSchema.propertyPrefix + (KafkaProperty.secretNames.contains(stem) ? stem + "File" : name)
  }

  /// The key of a variable like `MERCHANTS_ACME_TOKEN_CLIENT_ID`.
  ///
  /// A name may itself contain `_`, so `A_TOKEN_CLIENT` + `ID` would be a reading of it too. A merchant that a file names comes first, then
  /// the longest key.
  private static func merchantKey(_ words: String, known: Set<String>) -> String? {
    guard words.hasPrefix("MERCHANTS_") else { return nil }
    let rest = words.dropFirst("MERCHANTS_".count)
    let readings = merchantKeys.filter { rest.hasSuffix($0.words) }.sorted { $0.words.count > $1.words.count }
      .map { (name: String(rest.dropLast($0.words.count)), key: $0.key) }
    for reading in readings {
      if let name = known.sorted().first(where: { EnvironmentName.words(of: $0) == reading.name }) {
        return ConfigurationSchema.merchantPrefix + "\(name).\(reading.key)"
      }
    }
    guard let reading = readings.first(where: { ConfigurationSchema.isMerchantName($0.name.lowercased()) }) else { return nil }
    return ConfigurationSchema.merchantPrefix + "\(reading.name.lowercased()).\(reading.key)"
  }

  /// True for what Kubernetes adds to every container for a service whose name starts with `checkout-`.
  private static func isServiceLink(_ words: String) -> Bool {
    ["_SERVICE_HOST", "_SERVICE_PORT", "_PORT"].contains { words.hasSuffix($0) } || words.contains("_SERVICE_PORT_")
      || (words.contains("_PORT_") && (words.contains("_TCP") || words.contains("_UDP")))
  }

  private static func suggestion(for words: String) -> String {
    guard let near = KeySuggestion.suggestion(for: words, among: keys.keys) else { return "" }
    return "; did you mean \(EnvironmentName.prefix)\(near)?"
  }
}
