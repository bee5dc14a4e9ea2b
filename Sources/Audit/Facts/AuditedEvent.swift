import CheckoutSession

/// A record of the status topic (`contract/messages.md`, "Status event value").
public struct AuditedEvent: Hashable, Sendable {
  /// Where it stands.
  public var place: AuditPlace
  /// Merchant and request id.
  public var identity: RequestIdentity
  /// Whose status it tells.
  public var sessionID: SessionID
  /// The status.
  public var status: SessionStatus
  /// `observedAt`.
  public var observedAt: Timestamp
  /// `createdAt`, of the session.
  public var createdAt: Timestamp

  /// Makes an event.
  public init(
    place: AuditPlace, identity: RequestIdentity, sessionID: SessionID, status: SessionStatus, observedAt: Timestamp, createdAt: Timestamp
  ) {
    self.place = place
    self.identity = identity
    self.sessionID = sessionID
    self.status = status
    self.observedAt = observedAt
    self.createdAt = createdAt
  }
}
