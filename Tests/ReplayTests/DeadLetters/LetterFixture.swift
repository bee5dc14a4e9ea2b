import CheckoutSession
import Records

@testable import Replay

/// Records of a dead-letter topic as different programs write them.
enum LetterFixture {
  static let topic = "checkout.session-requests.dlq"
  static let body = #"{"payment":{"merchantTransactionId":"order-1"}}"#

  /// A record.
  static func record(
    _ headers: [(String, [UInt8]?)], value: String? = body, key: String? = "order-1", partition: Int32 = 2, offset: Int64 = 7,
    at: Int64 = 1_900_000_000_000
  ) -> StoredRecord {
    var packed: [UInt8] = []
    for (name, value) in headers { PackedHeaders.append(name: name.utf8, value: value, to: &packed) }
    return StoredRecord(
      topic: topic, partition: partition, offset: offset, timestampMilliseconds: at, key: key.map { Array($0.utf8) },
      value: value.map { Array($0.utf8) }, headers: PackedHeaders(packed[...]))
  }

  static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

  static func bigEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    (0..<(Number.bitWidth / 8)).reversed().map { UInt8(truncatingIfNeeded: number >> Number($0 * 8)) }
  }

  /// Where the request stands, numbers as Spring and this worker write them.
  static let origin: [(String, [UInt8]?)] = [
    ("kafka_dlt-original-topic", text("checkout.session-requests")), ("kafka_dlt-original-partition", bigEndian(Int32(3))),
    ("kafka_dlt-original-offset", bigEndian(Int64(41))),
  ]

  /// What went wrong, as this worker writes it.
  static func error(_ code: String, _ errorClass: String, _ message: String = "what went wrong") -> [(String, [UInt8]?)] {
    [
      ("kafka_dlt-exception-message", text(message)), ("checkout-error-code", text(code)), ("checkout-error-class", text(errorClass)),
      ("checkout-attempts", text("5")),
    ]
  }

  /// A dead letter of this worker.
  static func letter(
    code: String = "GATEWAY_ERROR", class errorClass: String = "transient", merchant: String? = "m-1", mode: String? = "PAYMENT",
    requestID: String? = "r-1", partition: Int32 = 2, offset: Int64 = 7, at: Int64 = 1_900_000_000_000, payload: String? = nil,
    replayCount: Int = 0
  ) -> DeadLetter {
    var headers = origin + error(code, errorClass)
    if let merchant { headers.append(("checkout-merchant-id", text(merchant))) }
    if let mode { headers.append(("checkout-mode", text(mode))) }
    if let requestID { headers.append(("checkout-request-id", text(requestID))) }
    if replayCount > 0 { headers.append(("checkout-replay-count", text("\(replayCount)"))) }
    if let payload { headers.append(("checkout-payload", text(payload))) }
    return parse(record(headers, partition: partition, offset: offset, at: at))
  }

  static func parse(_ record: StoredRecord) -> DeadLetter {
    var parser = DeadLetterParser()
    return parser.parse(record)
  }
}
