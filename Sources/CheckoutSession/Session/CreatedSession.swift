/// A session that the gateway accepted and whose answer passed every check (`contract/gateway.md`, "POST /sessions — response").
///
/// `hostedURL` opens somebody's checkout, so it is published and kept in the ledger, and appears nowhere else: this type prints without it.
public struct CreatedSession: Hashable, Sendable, CustomStringConvertible {
  /// How long a session lives from its creation.
  public static let lifetime: Duration = .seconds(15 * 60)

  /// The gateway's name of the session.
  public var sessionID: SessionID
  /// What the shopper opens. On the configured host and carrying `sessionID`.
  public var hostedURL: String
  /// When the request left for the gateway, by the gateway's clock if ours is wrong (``GatewayTime``): the earliest moment at which the session can have
  /// been created.
  public var createdAt: Timestamp
  /// ``lifetime`` after ``createdAt``: from then on the URL may be dead.
  public var expiresAt: Timestamp

  /// A session that was created at `createdAt` or later and lives for ``lifetime``.
  public init(sessionID: SessionID, hostedURL: String, createdAt: Timestamp) {
    self.init(sessionID: sessionID, hostedURL: hostedURL, createdAt: createdAt, expiresAt: createdAt + Self.lifetime)
  }

  /// A session from stored parts.
  public init(sessionID: SessionID, hostedURL: String, createdAt: Timestamp, expiresAt: Timestamp) {
    self.sessionID = sessionID
    self.hostedURL = hostedURL
    self.createdAt = createdAt
    self.expiresAt = expiresAt
  }

  /// The session's id, never its URL.
  public var description: String { "session \(sessionID)" }
}
