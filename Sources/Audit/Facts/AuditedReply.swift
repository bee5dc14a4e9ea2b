import CheckoutSession

/// A record of a reply topic (`contract/messages.md`, "Reply value").
public struct AuditedReply: Hashable, Sendable {
  /// The session that a reply tells of.
  public struct Session: Hashable, Sendable {
    /// The gateway's name of it.
    public var id: SessionID
    /// `expiresAt`.
    public var expiresAt: Timestamp
    /// Tells its URL from others; nil if the reply carries none any more, because the session has completed.
    public var url: AuditFingerprint?

    /// Makes a session.
    public init(id: SessionID, expiresAt: Timestamp, url: AuditFingerprint?) {
      self.id = id
      self.expiresAt = expiresAt
      self.url = url
    }
  }

  /// Where it stands.
  public var place: AuditPlace
  /// Merchant and request id, from its value.
  public var identity: RequestIdentity
  /// How the request ended.
  public var outcome: ReplyOutcome
  /// The n-th session of the identity, from 1.
  public var generation: Int
  /// Its session; only with ``ReplyOutcome/created``.
  public var session: Session?
  /// Everything that must be the same when the reply is repeated: its value but for the URL, and the headers that say what it is.
  public var content: AuditFingerprint
  /// The echoed headers; see ``AuditedRequest/correlation``.
  public var correlation: AuditFingerprint

  /// Makes a reply.
  public init(
    place: AuditPlace, identity: RequestIdentity, outcome: ReplyOutcome, generation: Int, session: Session?, content: AuditFingerprint,
    correlation: AuditFingerprint = .none
  ) {
    self.place = place
    self.identity = identity
    self.outcome = outcome
    self.generation = generation
    self.session = session
    self.content = content
    self.correlation = correlation
  }
}
