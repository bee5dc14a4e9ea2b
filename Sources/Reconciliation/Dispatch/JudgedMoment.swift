import CheckoutSession

/// A moment as a session is judged by it: usually the time of day, and less if that was set forward during the session's life (see ``WallSteps``).
struct JudgedMoment: Sendable {
  /// The time of day: what is written into events and into the ledger.
  let now: Timestamp
  /// How far the time of day is ahead of the session's own time.
  let ahead: Duration

  init(now: Timestamp, ahead: Duration = .zero) {
    self.now = now
    self.ahead = ahead
  }

  /// What the session's age is measured by.
  var judged: Timestamp { now - ahead }
}
