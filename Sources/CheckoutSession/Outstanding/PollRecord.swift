/// What one poll changed, to be recorded under the lease that the session is polled under.
public struct PollRecord: Hashable, Sendable {
  /// What happens next.
  public enum Next: Hashable, Sendable {
    /// Nothing to tell: the lease ends, and the session is due again at the moment.
    case poll(at: Timestamp)
    /// An event is to be published, with the record's status and number of polls: the lease goes on until ``PublishedEvent`` marks it.
    case publish(observedAt: Timestamp)
  }

  /// The session.
  public var key: ClaimKey
  /// What is known of it now. A terminal status erases its URL from the ledger.
  public var status: SessionStatus
  /// ``OutstandingSession/polls`` now.
  public var polls: Int
  /// ``OutstandingSession/failures`` now.
  public var failures: Int
  /// What happens next.
  public var next: Next
  /// Whether an event is to be published.
  public var isEvent: Bool { if case .publish = next { true } else { false } }

  /// Makes a record.
  public init(key: ClaimKey, status: SessionStatus, polls: Int, failures: Int, next: Next) {
    self.key = key
    self.status = status
    self.polls = polls
    self.failures = failures
    self.next = next
  }
}
