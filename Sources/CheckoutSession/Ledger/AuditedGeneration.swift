/// One generation of an identity as the ledger holds it, for an audit; nothing in it opens a checkout or names a customer.
public struct AuditedGeneration: Hashable, Sendable {
  /// The generation.
  public var key: ClaimKey
  /// Whose it is.
  public var identity: RequestIdentity
  /// Whether it is the identity's present one; every identity has exactly one of these.
  public var isPresent: Bool
  /// The record that was last claimed for the identity.
  public var source: RecordCoordinate
  /// When the identity was first claimed.
  public var claimedAt: Timestamp
  /// What was decided; nil: nothing yet.
  public var outcome: ReplyOutcome?
  /// The session, if one was created.
  public var sessionID: SessionID?
  /// When it was decided.
  public var decidedAt: Timestamp?
  /// Whether its reply is marked as published.
  public var isPublished: Bool
  /// How its session ended; nil: not yet, or nobody watches it.
  public var ended: SessionStatus?
  /// Whether its session is outstanding: nobody has been told of its end, as far as the ledger knows.
  public var isOutstanding: Bool

  /// Makes a generation.
  public init(
    key: ClaimKey, identity: RequestIdentity, isPresent: Bool, source: RecordCoordinate, claimedAt: Timestamp, outcome: ReplyOutcome? = nil,
    sessionID: SessionID? = nil, decidedAt: Timestamp? = nil, isPublished: Bool = false, ended: SessionStatus? = nil,
    isOutstanding: Bool = false
  ) {
    self.key = key
    self.identity = identity
    self.isPresent = isPresent
    self.source = source
    self.claimedAt = claimedAt
    self.outcome = outcome
    self.sessionID = sessionID
    self.decidedAt = decidedAt
    self.isPublished = isPublished
    self.ended = ended
    self.isOutstanding = isOutstanding
  }
}
