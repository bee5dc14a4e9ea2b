/// The one table of configuration keys. Parsing, error messages, `config/default.yaml` and `config/reference.md` all come from it.
///
/// A new key is one property in a struct and one row here.
enum ConfigurationSchema {
  /// A section of the reference.
  struct Section: Sendable {
    let name: String
    let text: String
    let entries: [ConfigurationEntry<ConfigurationDraft>]
  }

  /// All sections in the order of the reference. Rows of a merchant are in ``merchantEntries``, those of a mode's schedule in ``modeScheduleEntries``.
  static let sections = [
    Section(name: "kafka", text: "Brokers, consumer group, topics.", entries: kafkaEntries),
    Section(name: "gateway", text: "The gateway's REST interface, its quota and its credentials.", entries: gatewayEntries),
    Section(name: "merchants", text: "In whose name sessions are made.", entries: merchantsEntries),
    Section(name: "creation", text: "The create stage: how requests are batched, tried and answered.", entries: creationEntries),
    Section(
      name: "reconciliation", text: "The reconcile stage: when the gateway is asked about sessions, and by whom.",
      entries: reconciliationEntries),
    Section(name: "deadLetters", text: "What is kept of requests that failed or were rejected.", entries: deadLetterEntries),
    Section(name: "replay", text: "Sending dead letters again: `checkout-worker replay`.", entries: replayEntries),
    Section(name: "ledger", text: "Identities, sessions and what was published.", entries: ledgerEntries),
    Section(name: "admin", text: "The endpoint for probes, metrics and the operations page.", entries: adminEntries),
    Section(name: "log", text: "Log lines, written to standard error.", entries: logEntries),
  ]

  /// Rows with a fixed key, by key.
  static let entries = Dictionary(
    (sections.flatMap(\.entries) + modeScheduleEntries).map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })

  /// Rows of `merchants.<name>.`, by the part of the key after the name.
  static let merchantEntries = Dictionary(merchantRows.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })

  /// What stands before the name of a librdkafka property.
  static let propertyPrefix = "kafka.properties."

  /// What stands before the name of a merchant.
  static let merchantPrefix = "merchants."

  /// True for a part of the tree that has keys below it: `gateway`, `gateway.quota`, `merchants`.
  static func isSection(_ key: String) -> Bool {
    key.isEmpty || key + "." == propertyPrefix || entries.keys.contains { $0.hasPrefix(key + ".") }
  }

  /// True for a name that a merchant may have in the configuration.
  static func isMerchantName(_ name: some StringProtocol) -> Bool {
    guard let first = name.unicodeScalars.first, (1...64).contains(name.utf8.count), first.isASCII, first.properties.isAlphabetic else {
      return false
    }
    return name != "default"
      && name.unicodeScalars.allSatisfy { $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "-" || $0 == "_") }
  }
}
