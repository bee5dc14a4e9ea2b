import CheckoutSession

/// What a ``PollPolicy`` decides by: a session after a poll, in the gateway's time.
public struct PollSituation: Hashable, Sendable {
  /// The session's mode.
  public var mode: SessionMode
  /// What is known of it now.
  public var status: SessionStatus
  /// The time since its creation.
  public var age: Duration
  /// The age at which it runs out.
  public var lifetime: Duration
  /// How often it has been polled, the poll just answered included.
  public var polls: Int

  /// Makes a situation.
  public init(mode: SessionMode, status: SessionStatus, age: Duration, lifetime: Duration, polls: Int) {
    self.mode = mode
    self.status = status
    self.age = age
    self.lifetime = lifetime
    self.polls = polls
  }
}
