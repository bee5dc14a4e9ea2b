/// A recorded event that the broker has acknowledged.
public struct PublishedEvent: Hashable, Sendable {
  /// The session.
  public var key: ClaimKey
  /// The event's status: the mark changes nothing if the session has another unpublished event by now, or none.
  public var status: SessionStatus
  /// When the session is due again; nil after a terminal status, with which it is not outstanding any more.
  public var nextPollAt: Timestamp?

  /// Makes a mark.
  public init(key: ClaimKey, status: SessionStatus, nextPollAt: Timestamp?) {
    self.key = key
    self.status = status
    self.nextPollAt = nextPollAt
  }
}
