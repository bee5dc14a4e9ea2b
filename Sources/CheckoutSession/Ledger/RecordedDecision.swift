/// What came of recording a decision (`design/architecture.md`, "Order of writes", step 3).
public enum RecordedDecision: Hashable, Sendable {
  /// It stands in the ledger.
  case recorded
  /// Another worker decided this generation first. Its decision is the one to publish; a session of ours is an orphan that nobody will see.
  case superseded(DecidedReply)
}
