import CheckoutSession
import Pacing
import Records

/// What intake found out about one request record; never changes afterwards.
///
/// An object rather than a value, because a request is handed from part to part a dozen times: one reference moves instead of a dozen.
final class IncomingRequest: Sendable {
  /// The batch that the record came in.
  let source: BatchInProgress
  /// The record's position in that batch.
  let recordIndex: Int
  /// Merchant and request id, as far as they could be found out.
  let identity: RequestIdentity
  /// The request's mode, if it could be read.
  let mode: SessionMode?
  /// `payment.merchantTransactionId`, if it could be read.
  let merchantTransactionID: String?
  /// What the headers say.
  let headers: RequestHeaders
  /// The merchant's index; 0 for a request that is rejected before it matters.
  let merchantIndex: Int
  /// SHA-256 of the body; nil for a request that never reaches the ledger.
  let bodyHash: BodyHash?

  init(
    source: BatchInProgress, recordIndex: Int, identity: RequestIdentity, mode: SessionMode?, merchantTransactionID: String?,
    headers: RequestHeaders, merchantIndex: Int, bodyHash: BodyHash?
  ) {
    self.source = source
    self.recordIndex = recordIndex
    self.identity = identity
    self.mode = mode
    self.merchantTransactionID = merchantTransactionID
    self.headers = headers
    self.merchantIndex = merchantIndex
    self.bodyHash = bodyHash
  }

  /// Where it stands in line for the gateway: what ops sends again lets everybody else go first.
  var lane: PacerLane { headers.replayCount > 0 ? .replay : .ordinary }
  /// The record itself.
  var record: Record { source.batch.records[recordIndex] }
  /// Where it stands in Kafka.
  var coordinate: RecordCoordinate {
    let record = record
    return RecordCoordinate(topic: source.batch.topic(of: record), partition: record.partition, offset: record.offset)
  }
  /// The record's key, for what is published about it; nil for a null key and for one that is too large to be published.
  var key: ArraySlice<UInt8>? { RecordSize(record).isKeyTooLarge ? nil : source.batch.key(of: record) }
  /// The record's headers, for its dead letter; none if they are too large to be published.
  var copiedHeaders: PackedHeaders { RecordSize(record).areHeadersTooLarge ? .none : source.batch.headers(of: record) }
  /// The body, as it came.
  var body: ArraySlice<UInt8> { source.batch.value(of: record) ?? [] }
}
