/// Applies settings to a draft in order, and remembers where each key's value came from.
struct ConfigurationAssembler: Sendable {
  private(set) var draft = ConfigurationDraft()
  /// The origin of the value that won, by key.
  private(set) var origins: [String: ConfigurationOrigin] = [:]
  private(set) var problems: [ConfigurationProblem] = []
  private(set) var warnings: [ConfigurationProblem] = []
  /// Keys whose value was refused: rules that need them keep quiet, so that one mistake is one line.
  private(set) var refused: Set<String> = []

  /// Applies one setting, or reports why it cannot be.
  mutating func apply(_ setting: ConfigurationSetting) {
    if let name = setting.key.removingPrefix(ConfigurationSchema.propertyPrefix) {
      if let key = KafkaProperty.aliases[name] {
        apply(ConfigurationSetting(key: key, value: setting.value, origin: setting.origin))
      } else {
        applyProperty(name, setting)
      }
    } else if let entry = ConfigurationSchema.entries[setting.key] {
      guard accepts(setting, type: entry) else { return }
      record(setting, entry.apply(setting.value, &draft), expected: entry.expected, isSecret: entry.isSecret)
    } else if let path = setting.key.removingPrefix(ConfigurationSchema.merchantPrefix) {
      applyMerchant(path, setting)
    } else {
      reportUnknown(setting)
    }
  }

  private mutating func applyMerchant(_ path: String, _ setting: ConfigurationSetting) {
    let parts = path.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard ConfigurationSchema.isMerchantName(parts[0]) else {
      return report(setting, "expected a merchant's name of letters, digits, '-' and '_' that starts with a letter and is not 'default'")
    }
    guard parts.count == 2, let entry = ConfigurationSchema.merchantEntries[parts[1]] else { return reportUnknown(setting) }
    guard accepts(setting, type: entry) else { return }
    let isApplied = entry.apply(setting.value, &draft.merchants[parts[0], default: MerchantDraft()])
    record(setting, isApplied, expected: entry.expected, isSecret: entry.isSecret)
  }

  private mutating func applyProperty(_ name: String, _ setting: ConfigurationSetting) {
    guard let value = setting.value.text else { return report(setting, "expected one value, got a list") }
    if let secretName = KafkaProperty.secretName(ofFileProperty: name) {
      draft.kafka.secretProperties[secretName] = .file(value)
      return record(setting, !value.isEmpty, expected: "a path", isSecret: false)
    }
    guard KafkaProperty.isName(name) else {
      return report(setting, "expected the name of a librdkafka property: small letters, digits and dots")
    }
    guard KafkaProperty.secretNames.contains(name) else {
      if let objection = KafkaProperty.objection(to: name, value: value) { return report(setting, objection) }
      draft.kafka.properties[name] = value
      return record(setting, true, expected: "", isSecret: false)
    }
    let variable = EnvironmentName.variable(forKey: setting.key)
    switch setting.origin {
    case .file: return report(setting, "is a credential and must not stand in a file: use \(setting.key)File or \(variable)")
    case .flag: warn(setting, "is a credential, and others can see it in the list of processes: use \(setting.key)File or \(variable)")
    case .environment: break
    }
    draft.kafka.secretProperties[name] = .value(Secret(value))
    record(setting, !value.isEmpty, expected: "a credential", isSecret: true)
  }

  /// False, with a problem, for a credential that does not come from the environment.
  private mutating func accepts(_ setting: ConfigurationSetting, type entry: ConfigurationEntry<some Sendable>) -> Bool {
    guard entry.isSecret else { return true }
    if case .environment = setting.origin { return true }
    // `gateway.token` has its file in `gateway.token.file`, `gateway.token.clientSecret` in `gateway.token.clientSecretFile`.
    let file = ["File", ".file"].map { setting.key + $0 }.first { key in
      ConfigurationSchema.entries[key] != nil || ConfigurationSchema.merchantEntries.keys.contains { key.hasSuffix("." + $0) }
    }
    let place = [file, EnvironmentName.variable(forKey: setting.key)].compactMap(\.self).joined(separator: " or ")
    report(setting, "is a credential and must not stand here: use \(place)")
    return false
  }

  private mutating func record(_ setting: ConfigurationSetting, _ isApplied: Bool, expected: String, isSecret: Bool) {
    guard isApplied else { return report(setting, "expected \(expected)" + Self.got(setting.value, isSecret: isSecret)) }
    origins[setting.key] = setting.origin
    refused.remove(setting.key)
  }

  private mutating func reportUnknown(_ setting: ConfigurationSetting) {
    if ConfigurationSchema.isSection(setting.key) {
      return report(setting, "is a section: expected keys below it, got one value")
    }
    let near = KeySuggestion.suggestion(for: setting.key, among: Self.candidates(for: setting.key))
    report(setting, "is not a known key" + (near.map { "; did you mean \($0)?" } ?? ""))
  }

  private mutating func report(_ setting: ConfigurationSetting, _ message: String) {
    refused.insert(setting.key)
    problems.append(ConfigurationProblem(key: setting.key, origin: setting.origin, message: message))
  }

  private mutating func warn(_ setting: ConfigurationSetting, _ message: String) {
    warnings.append(ConfigurationProblem(key: setting.key, origin: setting.origin, message: message))
  }

  /// Keys that a misspelt one could have meant.
  private static func candidates(for key: String) -> [String] {
    let parts = key.split(separator: ".", maxSplits: 2)
    guard parts.count == 3, parts[0] == "merchants" else { return Array(ConfigurationSchema.entries.keys) }
    return ConfigurationSchema.merchantEntries.keys.map { "merchants.\(parts[1]).\($0)" }
  }

  /// The refused value for the message, shortened; nothing where it could hold a credential.
  private static func got(_ value: ConfigurationValue, isSecret: Bool) -> String {
    guard !isSecret else { return "" }
    switch value {
    case .list: return ", got a list"
    case .scalar(let text) where text.contains("@"): return ""
    case .scalar(let text): return ", got \"\(text.prefix(80))\""
    }
  }
}

extension String {
  /// The rest of a text that starts with `prefix`; nil when it does not.
  fileprivate func removingPrefix(_ prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
