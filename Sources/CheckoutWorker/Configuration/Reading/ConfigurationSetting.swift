/// One key with one value from one source.
struct ConfigurationSetting: Sendable, Hashable {
  let key: String
  let value: ConfigurationValue
  let origin: ConfigurationOrigin
}

/// What the sources gave, in order: a later setting of the same key wins.
struct ConfigurationReading: Sendable {
  /// Most settings that are taken from all sources together; a file with YAML aliases can be small and still mean millions.
  static let settingsMax = 10_000

  private(set) var settings: [ConfigurationSetting] = []
  var problems: [ConfigurationProblem] = []
  var warnings: [ConfigurationProblem] = []

  /// Adds a setting; false when there are too many of them.
  mutating func add(_ key: String, _ value: ConfigurationValue, _ origin: ConfigurationOrigin) -> Bool {
    guard settings.count < Self.settingsMax else { return false }
    settings.append(ConfigurationSetting(key: key, value: value, origin: origin))
    return true
  }

  /// Adds a problem.
  mutating func report(_ key: String, _ origin: ConfigurationOrigin?, _ message: String) {
    problems.append(ConfigurationProblem(key: key, origin: origin, message: message))
  }

  /// The names of the merchants that settings mention.
  var merchantNames: Set<String> {
    let names = settings.compactMap { setting -> String? in
      guard setting.key.hasPrefix(ConfigurationSchema.merchantPrefix) else { return nil }
      let parts = setting.key.split(separator: ".", maxSplits: 2)
      return parts.count == 3 ? String(parts[1]) : nil
    }
    return Set(names)
  }
}
