import CheckoutSession

/// A record of the request topic.
public struct AuditedRequest: Hashable, Sendable {
  /// Where it stands.
  public var place: AuditPlace
  /// Which request it is, found out as the create stage does (`contract/messages.md`, "Request headers").
  public var identity: RequestIdentity
  /// Tells its body from others.
  public var body: AuditFingerprint
  /// The headers that its reply has to echo; ``AuditFingerprint/none`` if there are none. Replies of records under one identity are told apart by them.
  public var correlation: AuditFingerprint
  /// How often ops had replayed it (`checkout-replay-count`); 0 for the first time.
  public var replayCount: Int

  /// Makes a request.
  public init(
    place: AuditPlace, identity: RequestIdentity, body: AuditFingerprint, correlation: AuditFingerprint = .none, replayCount: Int = 0
  ) {
    self.place = place
    self.identity = identity
    self.body = body
    self.correlation = correlation
    self.replayCount = replayCount
  }
}
