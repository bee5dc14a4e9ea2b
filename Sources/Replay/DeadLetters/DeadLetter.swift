import CheckoutSession
import Records

/// A record of the dead-letter topic, read (`contract/messages.md`, "Dead-letter headers").
public struct DeadLetter: Sendable {
  /// What it carries of the request (`deadLetters.payload` when it was written; header `checkout-payload`).
  public enum Payload: String, Hashable, Sendable {
    /// Where the request stands, and its hash.
    case reference
    /// The request's value.
    case full
    /// The request's value with the customer's members masked: for reading, not for replay.
    case redacted
  }

  /// Where it stands.
  public var place: RecordCoordinate
  /// When it was written, by its own timestamp.
  public var at: Timestamp
  /// Where the failed request stands; nil if the headers do not say.
  public var origin: RecordCoordinate?
  /// The request id, as far as the headers say (`checkout-request-id`, else `ce_id`, else `request-id`).
  public var requestID: String?
  /// The merchant, as far as the headers say (`checkout-merchant-id`, else `merchant-id`).
  public var merchantID: String?
  /// The mode, as far as the headers say (`checkout-mode`).
  public var mode: SessionMode?
  /// `checkout-error-code`; `UNKNOWN` if there is none.
  public var errorCode: String
  /// `checkout-error-class`; permanent if it says nothing we know.
  public var errorClass: DeadLetterClass
  /// `kafka_dlt-exception-message`, without customer data.
  public var message: String
  /// `checkout-http-status`: the gateway's answer, if it gave one.
  public var httpStatus: Int?
  /// `checkout-attempts`: how often the gateway was asked; nil if the headers do not say.
  public var attempts: Int?
  /// `checkout-replay-count`: how often it had been replayed when it failed.
  public var replayCount: Int
  /// What it carries.
  public var payload: Payload
  /// The hash of the request's value, from its reference or computed; nil for a tombstone, a redacted value, or a reference that names none.
  public var bodyHash: BodyHash?
  /// SHA-256 over key, headers and value of the dead letter itself: what a plan holds it to.
  public var recordHash: BodyHash
  /// The record as it stands in the topic.
  public var record: StoredRecord

  /// What names the failed request in the ledger.
  public var name: RecordCoordinate { origin ?? place }

  /// Whether the request was turned away without ever having been the ledger's: rejected before its claim, or by it, as a conflict. What gave up without having
  /// asked the gateway was claimed, and is transient.
  var wasNeverClaimed: Bool { attempts == 0 && errorClass != .transient }

  /// Makes a dead letter from its parts.
  public init(
    place: RecordCoordinate, at: Timestamp, origin: RecordCoordinate?, requestID: String?, merchantID: String?, mode: SessionMode?,
    errorCode: String, errorClass: DeadLetterClass, message: String, httpStatus: Int?, attempts: Int?, replayCount: Int,
    payload: Payload, bodyHash: BodyHash?, recordHash: BodyHash, record: StoredRecord
  ) {
    self.place = place
    self.at = at
    self.origin = origin
    self.requestID = requestID
    self.merchantID = merchantID
    self.mode = mode
    self.errorCode = errorCode
    self.errorClass = errorClass
    self.message = message
    self.httpStatus = httpStatus
    self.attempts = attempts
    self.replayCount = replayCount
    self.payload = payload
    self.bodyHash = bodyHash
    self.recordHash = recordHash
    self.record = record
  }
}
