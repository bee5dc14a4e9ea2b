/// The headers of a dead letter that are read (`contract/messages.md`, "Dead-letter headers").
enum DeadLetterHeader: String, CaseIterable {
  case originTopic = "kafka_dlt-original-topic"
  case originPartition = "kafka_dlt-original-partition"
  case originOffset = "kafka_dlt-original-offset"
  case exceptionMessage = "kafka_dlt-exception-message"
  /// Spring's, of letters that its own handlers wrote.
  case exceptionClass = "kafka_dlt-exception-fqcn"
  case exceptionCauseClass = "kafka_dlt-exception-cause-fqcn"
  /// SmallRye's, of letters that its own failure strategy wrote.
  case smallRyeExceptionClass = "dead-letter-exception-class-name"
  case errorCode = "checkout-error-code"
  case errorClass = "checkout-error-class"
  case httpStatus = "checkout-http-status"
  case attempts = "checkout-attempts"
  case lastFailedAt = "checkout-last-failed-at"
  case replayCount = "checkout-replay-count"
  case requestID = "checkout-request-id"
  case merchantID = "checkout-merchant-id"
  case mode = "checkout-mode"
  case payload = "checkout-payload"
  /// The request's own, which it keeps in the dead-letter topic: the three last ones.
  case cloudEventsID = "ce_id"
  case plainRequestID = "request-id"
  case plainMerchantID = "merchant-id"

  /// Whether only a program with exceptions writes it: this worker never does.
  var isOfOtherPrograms: Bool { self == .exceptionClass || self == .exceptionCauseClass || self == .smallRyeExceptionClass }

  /// Their lengths, which tell most headers of most pipelines to be none of them.
  private static let lengths = Set(allCases.map { $0.rawValue.utf8.count })

  /// The header that is called so; nil for one that is not read.
  init?(_ name: ArraySlice<UInt8>) {
    guard Self.lengths.contains(name.count) else { return nil }
    self.init(rawValue: String(decoding: name, as: UTF8.self))
  }
}
