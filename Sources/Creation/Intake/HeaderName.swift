/// The header names of `contract/messages.md` that are read, in one place, and those that replay adds to them.
enum HeaderName {
  static let cloudEventsID = "ce_id"
  static let requestID = "request-id"
  static let merchantID = "merchant-id"
  static let expiryTime = "ce_expirytime"
  static let traceparent = "traceparent"
  static let tracestate = "tracestate"
  static let replayOf = "checkout-replay-of"
  static let replayCount = "checkout-replay-count"
  static let replayReplaces = "checkout-replay-replaces"
  static let replayNewSession = "checkout-replay-new-session"

  /// Spring's, SmallRye's and the plain name of the topic to reply to.
  static let replyTopic = ["kafka_replyTopic", "REPLY_TOPIC", "reply-to"]
  /// Spring's and SmallRye's name of the partition to reply to.
  static let replyPartition = ["kafka_replyPartition", "REPLY_PARTITION"]
  /// Names whose values go back on the reply, byte for byte.
  static let correlation = ["kafka_correlationId", "REPLY_CORRELATION_ID", "ce_correlationid", "correlation-id"]
}
