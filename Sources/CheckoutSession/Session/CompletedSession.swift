/// A session that ended as it should: what is kept of it besides how it ended. Its URL is erased.
public struct CompletedSession: Hashable, Sendable {
  /// The gateway's name of the session.
  public var sessionID: SessionID
  /// ``CreatedSession/createdAt``.
  public var createdAt: Timestamp
  /// ``CreatedSession/expiresAt``.
  public var expiresAt: Timestamp

  /// Makes one from stored parts.
  public init(sessionID: SessionID, createdAt: Timestamp, expiresAt: Timestamp) {
    self.sessionID = sessionID
    self.createdAt = createdAt
    self.expiresAt = expiresAt
  }
}
