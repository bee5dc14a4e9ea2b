import CheckoutSession
import Records

/// Reads records of the dead-letter topic: this worker's of every version, those that Spring's error handlers write, and rubbish.
///
/// Every record gives a dead letter. One that says neither what went wrong nor which request failed has the code ``DeadLetter/unreadableCode``, so that
/// it is counted and seen rather than passed over.
public struct DeadLetterParser: Sendable {
  private var reader = JSONReader()

  /// Longest `checkout-error-code`, in bytes.
  static let codeBytesMax = 64
  /// Longest message that is kept, in bytes; the worker writes no longer one.
  static let messageBytesMax = 1024
  /// Longest id and topic name, in bytes.
  static let nameBytesMax = 256

  /// Makes a parser; one after the other, records share its memory.
  public init() {}

  /// The record as a dead letter.
  public mutating func parse(_ record: StoredRecord) -> DeadLetter {
    let headers = Headers(record.headers)
    let reference = reference(record, headers)
    let payload = headers.payload ?? (reference == nil ? .full : .reference)
    let origin = headers.origin ?? reference?.origin
    let isUnreadable = origin == nil && headers.errorCode == nil
    let bodyHash: BodyHash? =
      switch payload {
      case .reference: reference?.bodyHash
      case .full: record.value.map { BodyHash(of: $0[...]) }
      case .redacted: nil
      }
    return DeadLetter(
      place: RecordCoordinate(topic: record.topic, partition: record.partition, offset: record.offset),
      at: record.timestampMilliseconds >= 0
        ? Timestamp(millisecondsSinceEpoch: record.timestampMilliseconds)
        : headers.lastFailedAt ?? Timestamp(millisecondsSinceEpoch: 0),
      origin: origin, requestID: headers.requestID ?? headers.cloudEventsID ?? headers.plainRequestID,
      merchantID: headers.merchantID ?? headers.plainMerchantID, mode: headers.mode,
      errorCode: isUnreadable ? DeadLetter.unreadableCode : headers.errorCode ?? DeadLetter.unknownCode,
      errorClass: headers.errorClass ?? .permanent, message: isUnreadable ? Self.unreadableMessage : headers.message,
      httpStatus: headers.httpStatus, attempts: headers.attempts, replayCount: headers.replayCount, payload: payload,
      bodyHash: bodyHash, recordHash: Self.hash(of: record), record: record)
  }

  /// The reference that the value is, if it is one. The value of an old letter may be either; a new one says which.
  private mutating func reference(_ record: StoredRecord, _ headers: Headers) -> DeadLetterReference? {
    guard headers.payload == nil || headers.payload == .reference, let value = record.value else { return nil }
    return DeadLetterReference(reading: value[...], with: &reader)
  }

  private static let unreadableMessage = "neither checkout-error-code nor kafka_dlt-original-topic, -partition and -offset can be read"

  /// SHA-256 over key, value and headers, each with its length before it, so that no two records have the same bytes.
  private static func hash(of record: StoredRecord) -> BodyHash {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(16 + (record.key?.count ?? 0) + (record.value?.count ?? 0) + record.headers.bytes.count)
    // A packed header is a name and a value that may be null, with their lengths: what key and value of a record are, too.
    PackedHeaders.append(name: "key".utf8, value: record.key, to: &bytes)
    PackedHeaders.append(name: "value".utf8, value: record.value, to: &bytes)
    bytes += record.headers.bytes
    return BodyHash(of: bytes[...])
  }
}

extension DeadLetter {
  /// ``errorCode`` of a record that does not say what went wrong.
  public static let unknownCode = "UNKNOWN"
  /// ``errorCode`` of a record that says neither what went wrong nor which request failed.
  public static let unreadableCode = "UNREADABLE"
}
