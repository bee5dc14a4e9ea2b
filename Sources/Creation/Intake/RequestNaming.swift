import CheckoutSession
import Records

/// Finds out which request a record is, exactly as the create stage does: for those who read the same topic afterwards (`checkout-worker audit`).
public struct RequestNaming: Sendable {
  /// What a request record is known by.
  public struct Name: Sendable {
    /// Merchant and request id, as far as they can be found out.
    public var identity: RequestIdentity
    /// The headers that its reply echoes, in packed form; nil if there are none.
    public var correlation: ArraySlice<UInt8>?
    /// How often ops had replayed it; 0 for the first time.
    public var replayCount: Int
  }

  private let merchants: MerchantDirectory
  private var reader = JSONReader()

  /// - Parameter merchants: the same as the create stage's.
  public init(merchants: MerchantDirectory) { self.merchants = merchants }

  /// The record's name. The body is read only if the headers name no request.
  public mutating func name(of record: Record, in batch: RecordBatch) -> Name {
    let headers = RecordSize(record).areHeadersTooLarge ? RequestHeaders.none : RequestHeaders.read(batch.headers(of: record))
    var merchantTransactionID: String?
    if headers.requestID == nil {
      do {
        merchantTransactionID = try SessionRequest.read(batch.value(of: record), reader: &reader).merchantTransactionID
      } catch {
        merchantTransactionID = error.merchantTransactionID
      }
    }
    let identity = Self.identity(
      headers, merchantIndex: Self.merchantIndex(headers, merchants), merchantTransactionID: merchantTransactionID, of: record, in: batch,
      merchants: merchants)
    return Name(identity: identity, correlation: headers.correlation, replayCount: headers.replayCount)
  }

  /// The headers of a packed list that are echoed, in packed form, as ``Name/correlation`` has them: for a reply, which bears them among others.
  public static func correlation(of packed: PackedHeaders) -> ArraySlice<UInt8>? { RequestHeaders.read(packed).correlation }

  /// `ce_id`, else `request-id`, else `payment.merchantTransactionId`, else the record's place (`contract/messages.md`, "Request headers").
  static func identity(
    _ headers: RequestHeaders, merchantIndex: Int?, merchantTransactionID: String?, of record: Record, in batch: RecordBatch,
    merchants: MerchantDirectory
  ) -> RequestIdentity {
    RequestIdentity(
      merchantID: merchantIndex.map { merchants.ids[$0] } ?? headers.merchantID ?? "",
      requestID: headers.requestID ?? merchantTransactionID
        ?? RecordCoordinate(topic: batch.topic(of: record), partition: record.partition, offset: record.offset).description)
  }

  /// The merchant that a request is for. An unreadable merchant id is no reason to act for the default merchant.
  static func merchantIndex(_ headers: RequestHeaders, _ merchants: MerchantDirectory) -> Int? {
    guard !headers.isMerchantUnreadable else { return nil }
    return headers.merchantID.map(merchants.index(of:)) ?? merchants.defaultIndex
  }
}

extension RequestHeaders {
  /// Whether there is a merchant id that cannot be read.
  var isMerchantUnreadable: Bool { faults.contains { $0.name == HeaderName.merchantID } }
}
