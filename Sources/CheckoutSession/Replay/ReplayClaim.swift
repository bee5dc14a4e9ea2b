/// A dead letter that a run is about to send, or to mark as handled.
///
/// It is named by its ``origin``, the request record that failed: a dead letter that was published twice after a crash is the same one, and what
/// is sent again stands at a place of its own, so that every origin is sent once at most.
public struct ReplayClaim: Hashable, Sendable {
  /// Where the failed request stands (`kafka_dlt-original-*`); the dead letter's own place if it names none.
  public var origin: RecordCoordinate
  /// Where the dead letter stands.
  public var deadLetter: RecordCoordinate
  /// Merchant and request id, as the worker names the request.
  public var identity: RequestIdentity
  /// What is to be done: anything but ``ReplayAction/skip``.
  public var action: ReplayAction
  /// SHA-256 of the body that is to be sent; nil if nothing is.
  public var bodyHash: BodyHash?
  /// SHA-256 of the body as it failed, if it is known.
  public var originalHash: BodyHash?
  /// How often the request had been replayed when it failed (`checkout-replay-count` of the dead letter).
  public var replayCount: Int
  /// Why it is dropped.
  public var reason: String?

  /// Makes a claim.
  public init(
    origin: RecordCoordinate, deadLetter: RecordCoordinate, identity: RequestIdentity, action: ReplayAction, bodyHash: BodyHash?,
    originalHash: BodyHash?, replayCount: Int, reason: String? = nil
  ) {
    self.origin = origin
    self.deadLetter = deadLetter
    self.identity = identity
    self.action = action
    self.bodyHash = bodyHash
    self.originalHash = originalHash
    self.replayCount = replayCount
    self.reason = reason
  }
}
