/// What became of a dead letter that a run has claimed, as the ledger keeps it. Nothing in it names a customer.
public struct ReplayRecord: Hashable, Sendable {
  /// How far it is.
  public enum State: String, Hashable, Sendable, CaseIterable {
    /// A run is about to send it, or was when it died.
    case claimed = "CLAIMED"
    /// The broker has acknowledged it.
    case sent = "SENT"
    /// Its reply has been seen.
    case answered = "ANSWERED"
    /// Marked as handled without being sent.
    case dropped = "DROPPED"
  }

  /// What was claimed; its ``ReplayClaim/identity`` as well.
  public var claim: ReplayClaim
  /// The ledger's number of the run that has it.
  public var run: Int64
  /// How far it is.
  public var state: State
  /// The `checkout-replay-count` that it is sent with; 0 for one that is dropped.
  public var count: Int
  /// When it was claimed.
  public var claimedAt: Timestamp
  /// When the broker had acknowledged it; nil: not, as far as known.
  public var sentAt: Timestamp?
  /// Where the request topic ended when it was claimed, by partition: if it was sent, it stands at or behind these. Empty once it is known to be sent.
  public var searchFrom: [Int32: Int64]
  /// What its reply said; nil: none seen yet.
  public var answer: ReplayAnswer?

  /// Makes a record.
  public init(
    claim: ReplayClaim, run: Int64, state: State, count: Int, claimedAt: Timestamp, sentAt: Timestamp? = nil,
    searchFrom: [Int32: Int64] = [:], answer: ReplayAnswer? = nil
  ) {
    self.claim = claim
    self.run = run
    self.state = state
    self.count = count
    self.claimedAt = claimedAt
    self.sentAt = sentAt
    self.searchFrom = searchFrom
    self.answer = answer
  }
}
