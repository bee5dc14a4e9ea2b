import CheckoutSession

/// The default ``PollPolicy`` for one mode (`reconciliation.schedule.<mode>`): soon at first, then growing intervals, denser again around the deadline.
///
/// Until the gateway says CREATED, the waits begin with ``firstPoll`` and grow. Afterwards the wait is ``interval``, and grows with the session's age: a shopper who
/// has not paid after ten minutes is unlikely to pay in the next one. One poll comes just after the deadline, whatever the waits, so that a session that runs out is told
/// as soon as it did, and from ``deadlineWindow`` before it until the last poll the waits are ``deadlineInterval``. Every wait is 15 % shorter or longer by chance, so that what was created together is not polled together.
public struct PollSchedule: Hashable, Sendable {
  /// From the creation to the first poll.
  public var firstPoll: Duration
  /// The shortest wait once the session is usable.
  public var interval: Duration
  /// How the waits grow: each poll comes when the session is this many times as old as at the one before. At least 1.
  public var growth: Double
  /// The longest wait.
  public var intervalMax: Duration
  /// How long before the deadline the polls get denser.
  public var deadlineWindow: Duration
  /// The wait from then on, until the last poll.
  public var deadlineInterval: Duration

  /// A schedule with the defaults of a mode in which somebody pays for what is left out; values that make no sense are moved to the nearest that do.
  public init(
    firstPoll: Duration = .seconds(4), interval: Duration = .seconds(25), growth: Double = 1.25, intervalMax: Duration = .seconds(75),
    deadlineWindow: Duration = .zero, deadlineInterval: Duration = .seconds(15)
  ) {
    self.firstPoll = max(firstPoll, .zero)
    self.interval = max(interval, Self.waitMin)
    self.growth = growth.isFinite ? max(growth, 1) : 1
    self.intervalMax = max(intervalMax, self.interval)
    self.deadlineWindow = max(deadlineWindow, .zero)
    self.deadlineInterval = max(deadlineInterval, Self.waitMin)
  }

  /// No policy asks again sooner.
  private static let waitMin: Duration = .milliseconds(100)
  private static let jitter = 0.85...1.15
  /// How long after the computed deadline a session has surely run out: the gateway made it somewhat later than our request left.
  private static let deadlineMargin: Duration = .seconds(2)

  /// The wait after a poll; see ``PollPolicy/wait(_:using:)``.
  public func wait(_ situation: PollSituation, using generator: inout some RandomNumberGenerator) -> Duration {
    let windowBegins = situation.lifetime - deadlineWindow
    let factor = Double.random(in: Self.jitter, using: &generator)
    let wait = max((situation.age < windowBegins ? min(intervalMax, regular(situation)) : deadlineInterval) * factor, Self.waitMin)
    for milestone in [windowBegins, situation.lifetime + Self.deadlineMargin] where situation.age < milestone {
      // The deadline itself is a milestone only for who wants a window before it.
      if milestone == windowBegins, deadlineWindow == .zero { continue }
      let left = milestone - situation.age
      // A poll shortly before a milestone would be followed by the milestone's own at once; it is left to that.
      if wait + deadlineInterval * 0.5 >= left { return max(left, Self.waitMin) }
    }
    return wait
  }

  private func regular(_ situation: PollSituation) -> Duration {
    max(situation.status == .accepted ? firstPoll : interval, situation.age * (growth - 1))
  }
}
