/// The decision about a request, with everything that its reply says: what the ledger keeps so that a repeated reply is the same reply.
public struct DecidedReply: Hashable, Sendable {
  /// How the request ended.
  public var outcome: ReplyOutcome
  /// The session; only with ``ReplyOutcome/created``. Nil there once the session has ended and its URL is erased.
  public var session: CreatedSession?
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
    outcome: ReplyOutcome, session: CreatedSession?, completed: CompletedSession? = nil, error: ReplyError?, attempts: Int,
    decidedAt: Timestamp
  ) {
    self.outcome = outcome
    self.session = session
    self.completed = completed
    self.error = error
    self.attempts = attempts
    self.decidedAt = decidedAt
  }
}
