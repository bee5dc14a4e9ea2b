/// The decision about a request, with everything that its reply says: what the ledger keeps so that a repeated reply is the same reply.
public struct DecidedReply: Hashable, Sendable {
  /// How the request ended.
  public var outcome: ReplyOutcome
  /// The session; only with ``ReplyOutcome/created``. Nil there once its URL is erased.
  public var session: CreatedSession?
  /// When the URL ends that was erased because its time seemed to be over; nil if it is still there, or was erased because the gateway said that the session
  /// has ended. Until then it may work: whoever erased it may have had a wrong clock.
  public var erasedURLExpiresAt: Timestamp?
  /// The session if it has completed: it has no URL any more, and its request needs no other session.
  public var completed: CompletedSession?
  /// Why there is no session; with every other outcome.
  public var error: ReplyError?
  /// POSTs sent for this generation, by every run that worked on it as far as known.
  public var attempts: Int
  /// When the decision was made.
  public var decidedAt: Timestamp

  /// Makes a decision.
  public init(
    outcome: ReplyOutcome, session: CreatedSession?, erasedURLExpiresAt: Timestamp? = nil, completed: CompletedSession? = nil,
    error: ReplyError?, attempts: Int, decidedAt: Timestamp
  ) {
    self.outcome = outcome
    self.session = session
    self.erasedURLExpiresAt = erasedURLExpiresAt
    self.completed = completed
    self.error = error
    self.attempts = attempts
    self.decidedAt = decidedAt
  }
}
