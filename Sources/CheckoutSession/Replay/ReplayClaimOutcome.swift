/// What the ledger says to a ``ReplayClaim``.
public enum ReplayClaimOutcome: Hashable, Sendable {
  /// It is this run's: send it with this `checkout-replay-count`. (A drop is settled with that.)
  case claimed(count: Int)
  /// It is this run's now, but the run that had it ended without saying whether it was sent: look into the request topic from
  /// ``ReplayRecord/searchFrom`` on for a record with its ``ReplayRecord/deadLetter`` in `checkout-replay-of`, and only if there is none send it, with the record's own count.
  case inDoubt(ReplayRecord)
  /// Another run that is alive has it: ask again later.
  case taken(ReplayRecord)
  /// It has been sent, or dropped, before: nothing is to be done.
  case settled(ReplayRecord)
  /// It has been replayed so often already: not claimed (`replay.maxAttempts`).
  case overLimit(replayed: Int)
}
