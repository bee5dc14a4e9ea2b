import CheckoutSession
import Foundation
import Records

/// A status event that was published, in values that a test can read.
struct EventRecord: Sendable {
  struct Value: Decodable, Equatable {
    struct Payment: Decodable, Equatable {
      var id: String?
      var status: String?
    }
    var requestId: String
    var merchantId: String
    var sessionId: String
    var mode: String
    var status: String
    var terminal: Bool
    var observedAt: String
    var createdAt: String
    var polls: Int
    var payment: Payment?
  }

  var topic: String
  var key: String?
  var value: Value
  var headers: [String: String]
  var at: Timestamp

  /// The event's id.
  var ceID: String { headers["ce_id"] ?? "none" }

  static func reading(_ records: OutgoingRecords, at: Timestamp) throws -> [EventRecord] {
    try records.entries.map { entry in
      EventRecord(
        topic: records.topics[entry.topicIndex],
        key: entry.key.isNull ? nil : String(decoding: records.slab[entry.key.range], as: UTF8.self),
        value: try JSONDecoder().decode(Value.self, from: Data(records.slab[entry.value.range])),
        headers: Dictionary(
          uniqueKeysWithValues: PackedHeaders(records.slab[entry.headers.range]).map {
            (String(decoding: $0.name, as: UTF8.self), String(decoding: $0.value ?? [], as: UTF8.self))
          }), at: at)
    }
  }
}
