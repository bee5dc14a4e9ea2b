import CheckoutSession
import Records

/// A status event as the demo reads it back from its topic.
struct DemoEvent: Sendable, Equatable {
  /// `ce_id`.
  var eventID: String
  /// The record's key.
  var key: String
  /// `requestId`.
  var requestID: String
  /// `merchantTransactionId`.
  var merchantTransactionID: String?
  /// `sessionId`.
  var sessionID: String
  /// `mode`.
  var mode: SessionMode
  /// `status`.
  var status: SessionStatus
  /// `observedAt`.
  var observedAt: Timestamp
  /// `polls`.
  var polls: Int
  /// Whether it tells of the payment method.
  var hasPaymentMethod = false
  /// When the broker got it.
  var writtenAt: Timestamp
  /// The whole value, as it was published.
  var text = ""
}

extension DemoEvent {
  /// Reads a record of the status topic; nil if it is none that `contract/messages.md` allows.
  init?(_ record: Record, in batch: RecordBatch) {
    guard let value = batch.value(of: record), let document = try? JSONDocument.parse(value), let key = batch.key(of: record) else {
      return nil
    }
    let root = document.root
    let headers = batch.headers(of: record)
    guard let eventID = headers.lastValue(named: "ce_id"), let type = headers.lastValue(named: "ce_type"),
      let requestID = root["requestId"]?.string, let sessionID = root["sessionId"]?.string,
      let mode = root["mode"]?.string.flatMap(SessionMode.init(rawValue:)),
      let status = root["status"]?.string.flatMap(SessionStatus.init(rawValue:)),
      let observedAt = root["observedAt"]?.string.flatMap({ Timestamp(rfc3339: $0) }), let polls = root["polls"]?.int,
      type.elementsEqual(status.cloudEventsType.utf8), root["terminal"]?.bool == status.isTerminal
    else { return nil }
    self.init(
      eventID: String(decoding: eventID, as: UTF8.self), key: String(decoding: key, as: UTF8.self), requestID: requestID,
      merchantTransactionID: root["merchantTransactionId"]?.string, sessionID: sessionID, mode: mode, status: status,
      observedAt: observedAt, polls: Int(polls), hasPaymentMethod: root["paymentMethod"] != nil,
      writtenAt: Timestamp(millisecondsSinceEpoch: record.timestampMilliseconds), text: String(decoding: value, as: UTF8.self))
  }
}
