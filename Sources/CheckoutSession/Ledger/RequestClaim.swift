/// A request that a worker is about to work on (`design/architecture.md`, "Order of writes", step 1).
public struct RequestClaim: Hashable, Sendable {
  /// Merchant and request id.
  public var identity: RequestIdentity
  /// SHA-256 of the body, which tells a repetition from a conflict.
  public var bodyHash: BodyHash
  /// The request's mode.
  public var mode: SessionMode
  /// `payment.merchantTransactionId`, if there is one.
  public var merchantTransactionID: String?
  /// How often ops has replayed this request (`checkout-replay-count`); a higher count than the ledger's reopens an identity
  /// that ended without a session.
  public var replayCount: Int
  /// Where the record stood that is worked on.
  public var source: RecordCoordinate

  /// Makes a claim.
  public init(
    identity: RequestIdentity, bodyHash: BodyHash, mode: SessionMode, merchantTransactionID: String?, replayCount: Int,
    source: RecordCoordinate
  ) {
    self.identity = identity
    self.bodyHash = bodyHash
    self.mode = mode
    self.merchantTransactionID = merchantTransactionID
    self.replayCount = replayCount
    self.source = source
  }
}
