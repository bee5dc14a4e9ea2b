import CheckoutSession
import Records

/// A reply as the demo reads it back from its topic.
struct DemoReply: Sendable, Equatable {
  /// `ce_id`.
  var eventID: String
  /// `requestId`.
  var requestID: String
  /// `outcome`.
  var outcome: ReplyOutcome
  /// `sessionId`.
  var sessionID: String?
  /// `hostedUrl`.
  var hostedURL: String?
  /// When the broker got it, in milliseconds since 1970.
  var writtenAtMilliseconds: Int64
  /// The whole value, as it was published.
  var text: String

  /// Makes a reply.
  init(eventID: String, requestID: String, outcome: ReplyOutcome, sessionID: String? = nil, hostedURL: String? = nil) {
    self.eventID = eventID
    self.requestID = requestID
    self.outcome = outcome
    self.sessionID = sessionID
    self.hostedURL = hostedURL
    writtenAtMilliseconds = 0
    text = ""
  }

  /// Reads a record of the reply topic; nil if it is none that `contract/messages.md` allows.
  init?(_ record: Record, in batch: RecordBatch) {
    guard let value = batch.value(of: record), let document = try? JSONDocument.parse(value) else { return nil }
    let root = document.root
    guard let requestID = root["requestId"]?.string, let outcome = root["outcome"]?.string.flatMap(ReplyOutcome.init(rawValue:)),
      let eventID = batch.headers(of: record).lastValue(named: "ce_id")
    else { return nil }
    self.eventID = String(decoding: eventID, as: UTF8.self)
    self.requestID = requestID
    self.outcome = outcome
    sessionID = root["sessionId"]?.string
    hostedURL = root["hostedUrl"]?.string
    writtenAtMilliseconds = record.timestampMilliseconds
    text = String(decoding: value, as: UTF8.self)
  }
}
