/// The header names of `contract/messages.md`, in one place.
enum HeaderName {
  static let cloudEventsID = "ce_id"
  static let requestID = "request-id"
  static let merchantID = "merchant-id"
  static let expiryTime = "ce_expirytime"
  static let traceparent = "traceparent"
  static let tracestate = "tracestate"
  static let replayCount = "checkout-replay-count"

  /// Spring's, SmallRye's and the plain name of the topic to reply to.
  static let replyTopic = ["kafka_replyTopic", "REPLY_TOPIC", "reply-to"]
  /// Spring's and SmallRye's name of the partition to reply to.
  static let replyPartition = ["kafka_replyPartition", "REPLY_PARTITION"]
  /// Names whose values go back on the reply, byte for byte.
  static let correlation = ["kafka_correlationId", "REPLY_CORRELATION_ID", "ce_correlationid", "correlation-id"]
}
