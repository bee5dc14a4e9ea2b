import Records

/// The headers that a dead letter has beside its request's own (`contract/messages.md`, "Dead-letter headers"), and those that replay needs beside them.
enum DeadLetterHeaderName: String, CaseIterable {
  case originalTopic = "kafka_dlt-original-topic"
  case originalPartition = "kafka_dlt-original-partition"
  case originalOffset = "kafka_dlt-original-offset"
  case originalTimestamp = "kafka_dlt-original-timestamp"
  case originalConsumerGroup = "kafka_dlt-original-consumer-group"
  case exceptionMessage = "kafka_dlt-exception-message"
  case errorCode = "checkout-error-code"
  case errorClass = "checkout-error-class"
  case httpStatus = "checkout-http-status"
  case attempts = "checkout-attempts"
  case inDoubt = "checkout-in-doubt"
  case firstFailedAt = "checkout-first-failed-at"
  case lastFailedAt = "checkout-last-failed-at"
  case requestID = "checkout-request-id"
  case merchantID = "checkout-merchant-id"
  case mode = "checkout-mode"
  case payload = "checkout-payload"
  case replayOf = "checkout-replay-of"
  case replayCount = "checkout-replay-count"

  /// Whether a header of a request has one of these names, as those of a dead letter have that was sent again by a tool that copies all of them: it gives way to ours.
  static func isOurs(_ name: ArraySlice<UInt8>) -> Bool {
    guard name.starts(with: "kafka_dlt-".utf8) || name.starts(with: "checkout-".utf8) else { return false }
    return DeadLetterHeaderName(rawValue: String(decoding: name, as: UTF8.self)) != nil
  }
}
