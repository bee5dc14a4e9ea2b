import CKafka

/// Turns ``KafkaProperties`` into librdkafka's configuration object.
enum ClientConfig {
  /// The caller owns the result and hands it to a `ck_…_new` function, which consumes it.
  /// - Throws: ``KafkaError`` with code `UNKNOWN_PROPERTY` or `INVALID_PROPERTY`; the message names the property, and its value unless that is a secret.
  static func make(_ properties: KafkaProperties) throws(KafkaError) -> OpaquePointer {
    guard let config = ck_config_new() else {
      throw KafkaError(code: .noThread, message: "out of memory", failureClass: .transient)
    }
    for (name, value) in properties.values.sorted(by: { $0.key < $1.key }) {
      if let error = set(config, name, value) {
        ck_config_destroy(config)
        throw error
      }
    }
    return config
  }

  private static func set(_ config: OpaquePointer, _ name: String, _ value: String) -> KafkaError? {
    var (outcome, text) = (Int32(0), "")
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
      buffer.initialize(repeating: 0)
      outcome = ck_config_set(config, name, value, buffer.baseAddress, buffer.count)
      text = buffer.baseAddress.map { String(cString: $0) } ?? ""
    }
    switch Int(outcome) {
    case CK_CONFIG_OK: return nil
    case CK_CONFIG_UNKNOWN:
      return KafkaError(code: .unknownProperty, message: "kafka.properties.\(name): librdkafka knows no property of this name")
    default:
      let reason = KafkaProperties.isSecret(name) ? "the value was refused (not shown: it is a secret)" : text
      return KafkaError(code: .invalidProperty, message: "kafka.properties.\(name): \(reason)")
    }
  }
}
