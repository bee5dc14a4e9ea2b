/// What the configuration knows about librdkafka's own properties (`kafka.properties.<name>`, `-X name=value`).
///
/// Names and values are checked by librdkafka itself when a client is made. Here stand only the ones that are credentials, that have a key
/// of their own, or that would break what the worker promises.
enum KafkaProperty {
  /// Credentials: never from a YAML file, only from `<name>File` or the environment.
  static let secretNames: Set<String> = [
    "sasl.password", "ssl.key.password", "ssl.key.pem", "ssl.keystore.password", "sasl.oauthbearer.client.secret",
  ]

  /// Properties that have a key of their own; giving the property is giving the key.
  static let aliases = [
    "bootstrap.servers": "kafka.bootstrapServers", "metadata.broker.list": "kafka.bootstrapServers", "group.id": "kafka.groupId",
  ]

  /// The credential property that `<name>File` belongs to, e.g. `sasl.password` for `sasl.passwordFile`.
  static func secretName(ofFileProperty name: String) -> String? {
    guard name.hasSuffix("File") else { return nil }
    let stem = String(name.dropLast("File".count))
    return secretNames.contains(stem) ? stem : nil
  }

  /// True for a name that librdkafka could have: small letters, digits, dots, underscores.
  static func isName(_ name: String) -> Bool {
    (1...128).contains(name.utf8.count)
      && name.unicodeScalars.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) || "._".unicodeScalars.contains($0) }
  }

  /// Why a property may not have this value; nil when it may.
  static func objection(to name: String, value: String) -> String? {
    let isOff = ["false", "0", "f"].contains(value.lowercased())
    return switch name {
    case "enable.auto.commit", "enable.auto.offset.store":
      isOff ? nil : "must stay false: offsets are committed only after replies are acknowledged"
    case "acks", "request.required.acks":
      ["all", "-1"].contains(value.lowercased()) ? nil : "must stay all: a reply counts only when every in-sync replica has it"
    case "enable.idempotence":
      isOff ? "must stay true: a retried send must not publish a reply twice" : nil
    default: nil
    }
  }
}
