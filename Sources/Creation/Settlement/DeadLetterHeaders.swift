import CheckoutSession
import Records

/// The headers of a dead letter: its request's own as they were, then those of ``DeadLetterHeaderName``, each once at most.
struct DeadLetterHeaders {
  let settlement: Settlement
  let consumerGroup: String
  /// What the record carries as its value.
  let carried: DeadLetterPayload

  /// The longest `kafka_dlt-exception-message`, in bytes.
  static let messageBytesMax = 1024

  /// Appends them in packed form. Numbers under `kafka_dlt-` are big endian, as Spring writes them; ours are text.
  func append(to bytes: inout [UInt8]) {
    let request = settlement.request.incoming
    for header in request.copiedHeaders where !DeadLetterHeaderName.isOurs(header.name) {
      PackedHeaders.append(name: header.name, value: header.value, to: &bytes)
    }
    appendOrigin(request, to: &bytes)
    appendFailure(to: &bytes)
    text(.requestID, request.identity.requestID, to: &bytes)
    if !request.identity.merchantID.isEmpty { text(.merchantID, request.identity.merchantID, to: &bytes) }
    if let mode = request.mode { text(.mode, mode.rawValue, to: &bytes) }
    text(.payload, carried.rawValue, to: &bytes)
    if let replay = request.headers.replay { bytes.append(contentsOf: replay.echo) }
    if request.headers.replay?.hasCount != true { text(.replayCount, "0", to: &bytes) }
  }

  private func appendOrigin(_ request: IncomingRequest, to bytes: inout [UInt8]) {
    let record = request.record
    text(.originalTopic, request.source.batch.topic(of: record), to: &bytes)
    number(.originalPartition, record.partition, to: &bytes)
    number(.originalOffset, record.offset, to: &bytes)
    number(.originalTimestamp, record.timestampMilliseconds, to: &bytes)
    text(.originalConsumerGroup, consumerGroup, to: &bytes)
  }

  private func appendFailure(to bytes: inout [UInt8]) {
    let decision = settlement.decision
    let history = settlement.request.attempts
    PackedHeaders.append(
      name: DeadLetterHeaderName.exceptionMessage.rawValue.utf8, value: Self.cut(decision.error?.detail ?? ""), to: &bytes)
    text(.errorCode, decision.error?.code ?? "UNKNOWN", to: &bytes)
    text(.errorClass, DeadLetterClass(decision).rawValue, to: &bytes)
    if let status = history.failures?.last.httpStatus { text(.httpStatus, String(status), to: &bytes) }
    text(.attempts, String(decision.attempts), to: &bytes)
    text(.inDoubt, history.inDoubt ? "true" : "false", to: &bytes)
    text(.firstFailedAt, (history.failures?.firstAt ?? decision.decidedAt).rfc3339, to: &bytes)
    text(.lastFailedAt, (history.failures?.lastAt ?? decision.decidedAt).rfc3339, to: &bytes)
  }

  private func text(_ name: DeadLetterHeaderName, _ value: String, to bytes: inout [UInt8]) {
    PackedHeaders.append(name: name.rawValue.utf8, value: value.utf8, to: &bytes)
  }

  private func number<Number: FixedWidthInteger>(_ name: DeadLetterHeaderName, _ value: Number, to bytes: inout [UInt8]) {
    let bigEndian = stride(from: Number.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> Number($0)) }
    PackedHeaders.append(name: name.rawValue.utf8, value: bigEndian, to: &bytes)
  }

  /// The text's bytes, cut at a character's border.
  private static func cut(_ text: String) -> [UInt8] {
    var bytes = Array(text.utf8.prefix(messageBytesMax + 1))
    guard bytes.count > messageBytesMax else { return bytes }
    bytes.removeLast()
    while let last = bytes.last, last & 0xC0 == 0x80 { bytes.removeLast() }
    if let last = bytes.last, last >= 0xC0 { bytes.removeLast() }
    return bytes
  }
}

extension DeadLetterClass {
  /// The class of a request that ended so (`checkout-error-class`).
  init(_ decision: DecidedReply) {
    switch decision.error?.code {
    case _ where decision.outcome == .failed: self = .transient
    case IntakeProblems.unknownMerchant, IntakeProblems.replyTopicNotAllowed: self = .configuration
    default: self = .permanent
    }
  }
}
