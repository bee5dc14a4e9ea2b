import CheckoutSession

/// When to ask the gateway about a session again: what `reconciliation.schedule` stands for, and what can be swapped for something else.
///
/// A policy is pure and knows nothing of failures: it says when the next poll of a session is worth its place in the quota, as long as the gateway answers.
/// Waits after failures, the forced last poll after the deadline and everything that follows it are the stage's own, so no policy can lose a session.
/// All durations are the gateway's time, which `gateway.timeScale` makes pass faster.
public protocol PollPolicy: Sendable {
  /// How long after its creation a session is polled for the first time.
  func firstPoll(of mode: SessionMode) -> Duration

  /// How long to wait, counted from ``PollSituation/age``, after a poll that the gateway has answered without ending the session.
  /// - Parameter generator: for jitter.
  func wait(_ situation: PollSituation, using generator: inout some RandomNumberGenerator) -> Duration
}
