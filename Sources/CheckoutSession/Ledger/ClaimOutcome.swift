/// What the ledger knows about a claimed request.
public enum ClaimOutcome: Hashable, Sendable {
  /// Never seen (or reopened by a replay): create a session.
  case new(ClaimKey)
  /// Claimed before, by a run that left no result: a session may exist that nobody has seen. Create one.
  case inDoubt(ClaimKey)
  /// Decided before: publish the same reply again.
  case decided(ClaimKey, DecidedReply)
  /// The identity stands for another body: `IDEMPOTENCY_CONFLICT`.
  case conflict
}
