import CheckoutSession
import Foundation
import Records

/// A record that was published, in values that a test can read.
struct PublishedRecord: Sendable {
  var topic: String
  var partition: Int32?
  var key: String?
  var value: [UInt8]?
  var headers: [(name: String, value: [UInt8]?)]
  var at: Timestamp

  static let repliesTopic = "checkout.session-replies"
  static let deadLettersTopic = "checkout.session-requests.dlq"

  static func reading(_ records: OutgoingRecords, at: Timestamp) -> [PublishedRecord] {
    func bytes(_ span: ByteSpan) -> [UInt8]? { span.isNull ? nil : Array(records.slab[span.range]) }
    return records.entries.map { entry in
      PublishedRecord(
        topic: records.topics[entry.topicIndex], partition: entry.partition,
        key: bytes(entry.key).map { String(decoding: $0, as: UTF8.self) },
        value: bytes(entry.value),
        headers: PackedHeaders(records.slab[entry.headers.range]).map {
          (String(decoding: $0.name, as: UTF8.self), $0.value.map { Array($0) })
        },
        at: at)
    }
  }

  var isDeadLetter: Bool { topic == Self.deadLettersTopic }
  var text: String { value.map { String(decoding: $0, as: UTF8.self) } ?? "<tombstone>" }
  /// The last header of that name, as text.
  func header(_ name: String) -> String? {
    headers.last { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) }
  }
  /// The last header of that name, as bytes.
  func bytes(_ name: String) -> [UInt8]? { headers.last { $0.name == name }?.value }

  /// The reply's value.
  var reply: ReplyValue {
    get throws { try JSONDecoder().decode(ReplyValue.self, from: Data(value ?? [])) }
  }
}

/// A reply's value (`contract/messages.md`).
struct ReplyValue: Decodable, Equatable {
  struct Fault: Decodable, Equatable {
    var code: String
    var title: String
    var detail: String
    var field: String?
    var retryable: Bool
  }
  var requestId: String
  var merchantId: String
  var merchantTransactionId: String?
  var mode: String?
  var outcome: String
  var sessionId: String?
  var hostedUrl: String?
  var createdAt: String?
  var expiresAt: String?
  var error: Fault?
  var attempts: Int
  var generation: Int
}
