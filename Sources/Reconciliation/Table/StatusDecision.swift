import CheckoutSession

/// What an answer means for a session: one cell of the ``StatusTable``.
public struct StatusDecision: Hashable, Sendable {
  /// When to ask again.
  public enum Next: Hashable, Sendable {
    /// Never: the session has ended.
    case end
    /// When the ``PollPolicy`` says.
    case scheduled
    /// After a wait that grows with the failures.
    case backoff
    /// After a wait that does not grow: nothing is wrong with the session, and who mends the configuration should see it within a minute.
    case soon
    /// Not before this moment: until then the session surely lives.
    case at(Timestamp)
  }

  /// What is known of the session now.
  public var status: SessionStatus
  /// Whether an event says so.
  public var isEvent: Bool
  /// When to ask again.
  public var next: Next
  /// Whether the answer counts as one more without a usable word, or else ends their row.
  public var isFailure: Bool

  /// Makes a decision.
  public init(status: SessionStatus, isEvent: Bool, next: Next, isFailure: Bool) {
    self.status = status
    self.isEvent = isEvent
    self.next = next
    self.isFailure = isFailure
  }
}
