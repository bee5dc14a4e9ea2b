/// A status event as the ledger keeps it between recording and publication. Without `payment` and `paymentMethod`: the ledger holds no
/// customer's data, so who publishes it after a crash reads the session again.
public struct RecordedEvent: Hashable, Sendable {
  /// ``StatusEvent/status``.
  public var status: SessionStatus
  /// ``StatusEvent/observedAt``.
  public var observedAt: Timestamp
  /// ``StatusEvent/polls``.
  public var polls: Int

  /// Makes an event.
  public init(status: SessionStatus, observedAt: Timestamp, polls: Int) {
    self.status = status
    self.observedAt = observedAt
    self.polls = polls
  }
}
