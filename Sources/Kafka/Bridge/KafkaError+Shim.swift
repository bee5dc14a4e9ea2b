import CKafka

extension KafkaError {
  /// librdkafka's error number as an error; nil for 0.
  init?(number: Int32, message: String? = nil, isFatal: Bool = false, topic: String? = nil, partition: Int32? = nil) {
    guard number != 0 else { return nil }
    let code = Code(rawValue: String(cString: ck_error_name(number)))
    let text = message.flatMap { $0.isEmpty ? nil : $0 } ?? String(cString: ck_error_text(number))
    self.init(code: code, message: Self.explained(text, code: code), isFatal: isFatal, topic: topic, partition: partition)
  }

  /// The shim's flattened error; nil for success.
  init?(_ error: ck_error, topic: String? = nil) {
    self.init(number: error.code, message: Self.text(of: error), isFatal: error.fatal, topic: topic)
    if error.retriable { isRetriable = true }
  }

  static func text(of error: ck_error) -> String {
    withUnsafeBytes(of: error.message) { raw in String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// librdkafka before 2.6.1 builds its SCRAM nonce in a way that Kafka 4 refuses; the broker only says "authentication failed".
  private static func explained(_ text: String, code: Code) -> String {
    let isAuthentication = code == .authentication || code.rawValue == "SASL_AUTHENTICATION_FAILED"
    guard isAuthentication, text.contains("SCRAM") else { return text }
    return text + "; note that librdkafka before 2.6.1 cannot log in with SCRAM to Kafka 4 (nonce defect): "
      + "use another mechanism, TLS client certificates, or a newer librdkafka"
  }
}
