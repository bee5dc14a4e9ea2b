import CheckoutSession
import Records

/// The headers that a dead letter has beside its request's own (`contract/messages.md`, "Dead-letter headers").
struct DeadLetterHeaders {
  let settlement: Settlement
  let consumerGroup: String

  /// The longest `kafka_dlt-exception-message`, in bytes.
  static let messageBytesMax = 1024

  /// Appends them in packed form. Numbers under `kafka_dlt-` are big endian, as Spring writes them; ours are text.
  func append(to bytes: inout [UInt8]) {
    let request = settlement.request.incoming
    let record = request.record
    let error = settlement.decision.error
    let history = settlement.request.attempts
    text("kafka_dlt-original-topic", request.source.batch.topic(of: record), to: &bytes)
    number("kafka_dlt-original-partition", record.partition, to: &bytes)
    number("kafka_dlt-original-offset", record.offset, to: &bytes)
    number("kafka_dlt-original-timestamp", record.timestampMilliseconds, to: &bytes)
    text("kafka_dlt-original-consumer-group", consumerGroup, to: &bytes)
    PackedHeaders.append(name: "kafka_dlt-exception-message".utf8, value: Self.cut(error?.detail ?? ""), to: &bytes)
    text("checkout-error-code", error?.code ?? "UNKNOWN", to: &bytes)
    text("checkout-error-class", settlement.decision.outcome == .failed ? "transient" : "permanent", to: &bytes)
    if let status = history.failures?.last.httpStatus { text("checkout-http-status", String(status), to: &bytes) }
    text("checkout-attempts", String(settlement.decision.attempts), to: &bytes)
    text("checkout-in-doubt", history.inDoubt ? "true" : "false", to: &bytes)
    text("checkout-first-failed-at", (history.failures?.firstAt ?? settlement.decision.decidedAt).rfc3339, to: &bytes)
    text("checkout-last-failed-at", (history.failures?.lastAt ?? settlement.decision.decidedAt).rfc3339, to: &bytes)
    if request.headers.replayCount == 0 { text(HeaderName.replayCount, "0", to: &bytes) }
  }

  private func text(_ name: String, _ value: String, to bytes: inout [UInt8]) {
    PackedHeaders.append(name: name.utf8, value: value.utf8, to: &bytes)
  }

  private func number<Number: FixedWidthInteger>(_ name: String, _ value: Number, to bytes: inout [UInt8]) {
    let bigEndian = stride(from: Number.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> Number($0)) }
    PackedHeaders.append(name: name.utf8, value: bigEndian, to: &bytes)
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
