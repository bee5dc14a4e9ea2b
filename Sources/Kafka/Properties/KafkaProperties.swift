/// librdkafka properties, put together from our defaults and what the operator set (`kafka.properties`, `-X name=value`).
public struct KafkaProperties: Hashable, Sendable {
  /// The values by property name.
  public private(set) var values: [String: String]

  /// Makes a set of properties.
  public init(_ values: [String: String] = [:]) { self.values = values }

  /// One property's value.
  public subscript(_ name: String) -> String? {
    get { values[name] }
    set { values[name] = newValue }
  }

  /// These properties with `others` on top: a name in both has the value of `others`.
  public func overridden(by others: [String: String]) -> KafkaProperties {
    KafkaProperties(values.merging(others) { _, new in new })
  }

  /// Whether a property's value is a secret: such a value never stands in a log line or in an error.
  public static func isSecret(_ name: String) -> Bool {
    let name = name.lowercased()
    return secretParts.contains { name.contains($0) }
  }

  /// What the names of such properties hold, known to us or not. `sasl.kerberos.kinit.cmd` is a command line, which may have a password in it.
  private static let secretParts = ["password", "passphrase", "secret", "token", "jaas", "kinit", "key.pem", "sasl.oauthbearer.config"]

  /// Properties that the consumer's guarantees rest on, with the only value they may have and why.
  static let fixedForConsumer: [String: (value: String, reason: String)] = [
    "enable.auto.commit": ("false", "offsets are committed when outcomes are durable"),
    "enable.auto.offset.store": ("false", "offsets are committed when outcomes are durable"),
    "enable.partition.eof": ("true", "draining relies on it"),
    "log.queue": ("false", "logs on a polled queue can block it for ever"),
  ]

  /// The same for the producer.
  static let fixedForProducer: [String: (value: String, reason: String)] = [
    "enable.idempotence": ("true", "a retried record must not be written twice"),
    "acks": ("all", "offsets are committed once replies are safe"),
    "log.queue": ("false", "logs on a polled queue can block it for ever"),
  ]

  /// Checks what must not be changed.
  /// - Throws: ``KafkaError`` with code `INVALID_PROPERTY`, naming the property.
  static func check(_ properties: [String: String], against fixed: [String: (value: String, reason: String)]) throws(KafkaError) {
    for (name, value) in properties.sorted(by: { $0.key < $1.key }) {
      guard let rule = fixed[name], rule.value != value else { continue }
      throw KafkaError(code: .invalidProperty, message: "kafka.properties.\(name): must stay \(rule.value): \(rule.reason)")
    }
  }
}
