import CheckoutSession
import Records

/// A record that the worker has written.
struct ReadRecord: Sendable {
  var topic: String
  var partition: Int32
  var offset: Int64
  /// By the clock of its writer.
  var timestampMilliseconds: Int64
  var key: String?
  var value: [UInt8]
  var headers: [(name: String, value: [UInt8])]

  init(_ record: Record, in batch: RecordBatch) {
    topic = batch.topic(of: record)
    partition = record.partition
    offset = record.offset
    timestampMilliseconds = record.timestampMilliseconds
    key = batch.key(of: record).map { String(decoding: $0, as: UTF8.self) }
    value = Array(batch.value(of: record) ?? [])
    headers = batch.headers(of: record).map { (String(decoding: $0.name, as: UTF8.self), Array($0.value ?? [])) }
  }

  /// The bytes of the last header of this name.
  func bytes(_ name: String) -> [UInt8]? { headers.last { $0.name == name }?.value }
  /// The same as text.
  func text(_ name: String) -> String? { bytes(name).map { String(decoding: $0, as: UTF8.self) } }
}

/// A reply (`contract/messages.md`, "Reply value").
struct ReadReply: Sendable {
  var record: ReadRecord
  var ceID: String
  var requestID: String
  var outcome: String
  var sessionID: String?
  var hostedURL: String?
  var errorCode: String?
  var errorDetail: String?
  var attempts: Int64
  var generation: Int64
  var mode: String?
  var createdAt: String?

  /// - Throws: what it lacks.
  init(_ record: ReadRecord) throws {
    self.record = record
    let root = try JSONDocument.parse(record.value[...]).root
    guard let ceID = record.text("ce_id"), let requestID = root["requestId"]?.string, let outcome = root["outcome"]?.string else {
      throw ProcessFailure("not a reply: \(String(decoding: record.value, as: UTF8.self))")
    }
    self.ceID = ceID
    self.requestID = requestID
    self.outcome = outcome
    sessionID = root["sessionId"]?.string
    hostedURL = root["hostedUrl"]?.string
    errorCode = root["error"]?["code"]?.string
    errorDetail = root["error"]?["detail"]?.string
    attempts = root["attempts"]?.int ?? 0
    generation = root["generation"]?.int ?? 0
    mode = root["mode"]?.string
    createdAt = root["createdAt"]?.string
  }
}
