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
  /// The hash of the body that ops has edited (`checkout-replay-replaces`): with a higher ``replayCount`` than the ledger's, an identity that stands for
  /// that body and has no session stands for this one from now on.
  public var replaces: BodyHash?
  /// Whether ops wants a new session although the identity has had one (`checkout-replay-new-session`): with a higher ``replayCount`` than the ledger's, an
  /// identity whose session is over is new again, even if it completed. A session that may still be open is never replaced.
  public var wantsNewSession: Bool
  /// Where the record stood that is worked on.
  public var source: RecordCoordinate

  /// Makes a claim.
  public init(
    identity: RequestIdentity, bodyHash: BodyHash, mode: SessionMode, merchantTransactionID: String?, replayCount: Int,
    replaces: BodyHash? = nil, wantsNewSession: Bool = false, source: RecordCoordinate
  ) {
    self.identity = identity
    self.bodyHash = bodyHash
    self.mode = mode
    self.merchantTransactionID = merchantTransactionID
    self.replayCount = replayCount
    self.replaces = replaces
    self.wantsNewSession = wantsNewSession
    self.source = source
  }
}
