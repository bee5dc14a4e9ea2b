import CheckoutSession
import Pacing

/// Turns what the ``StatusTable`` says about the next poll into a moment: asks the ``PollPolicy``, backs off from failures, and keeps the milestones that no policy
/// may jump over. Everything here is real time; the gateway's time scale is taken out and put in again around the policy.
struct PollPlanner: Sendable {
  private let policy: any PollPolicy
  private let table: StatusTable
  private let backoff: BackoffPolicy
  private let unresolvedInterval: Duration
  private let timeScale: Double

  /// An unresolved session is polled again when it is this much older.
  private static let unresolvedGrowth = 0.125
  private static let unresolvedIntervalMax: Duration = .seconds(24 * 3600)
  /// Below a minute, so that each run of a job that comes every minute meets what is refused, and says so.
  private static let soon: Duration = .seconds(50)
  /// Then, after most of an hour, its wait grows like any other.
  private static let soonMax = 60
  /// Nothing is due again in the moment in which it was polled, so that `--once` ends.
  private static let waitMin: Duration = .milliseconds(1)

  init(_ configuration: ReconciliationConfiguration) {
    policy = configuration.schedule
    table = StatusTable(configuration)
    timeScale = configuration.timeScale
    backoff = BackoffPolicy(base: configuration.backoff.base / timeScale, cap: configuration.backoff.cap / timeScale)
    unresolvedInterval = configuration.unresolvedInterval / timeScale
  }

  /// When the session is due again; nil if it has ended.
  /// - Parameters:
  ///   - session: as it is after the answer, its polls and failures counted.
  ///   - now: when the answer came.
  func nextPoll(
    _ next: StatusDecision.Next, of session: OutstandingSession, now: Timestamp, using generator: inout some RandomNumberGenerator
  ) -> Timestamp? {
    switch next {
    case .end: return nil
    case .at(let moment): return max(moment, now + Self.waitMin)
    case .scheduled:
      let situation = PollSituation(
        mode: session.mode, status: session.status, age: (now - session.createdAt) * timeScale,
        lifetime: (session.expiresAt - session.createdAt) * timeScale, polls: session.polls)
      let wait = policy.wait(situation, using: &generator) / timeScale
      return max(min(now + wait, milestone(session, now)), now + Self.waitMin)
    case .soon where session.failures <= Self.soonMax:
      return now + max(Self.soon / timeScale * Double.random(in: 0.8...1, using: &generator), Self.waitMin)
    case .soon, .backoff:
      let wait = failureWait(session, now, using: &generator)
      return max(min(now + wait, milestone(session, now)), now + Self.waitMin)
    }
  }

  /// The wait before the gateway is asked once more for what an event lacks.
  func rereadWait(using generator: inout some RandomNumberGenerator) -> Duration {
    backoff.base * Double.random(in: 0.5...1.5, using: &generator)
  }

  /// The next moment at which the table may decide differently: the forced last poll, then the moment at which silence makes the session unresolved.
  private func milestone(_ session: OutstandingSession, _ now: Timestamp) -> Timestamp {
    let lastPollAt = table.lastPollAt(session)
    if now < lastPollAt { return lastPollAt }
    let unresolvedAt = table.unresolvedAt(session)
    return now < unresolvedAt ? unresolvedAt : Timestamp(millisecondsSinceEpoch: .max)
  }

  private func failureWait(_ session: OutstandingSession, _ now: Timestamp, using generator: inout some RandomNumberGenerator) -> Duration {
    if session.status == .unresolved {
      let grown = min((now - session.expiresAt) * Self.unresolvedGrowth, Self.unresolvedIntervalMax / timeScale)
      return max(unresolvedInterval, grown) * Double.random(in: 0.9...1.1, using: &generator)
    }
    // Half of the ceiling at least: what failed now is not worth a place in the quota at once.
    return backoff.ceiling(attempt: session.failures) * Double.random(in: 0.5...1, using: &generator)
  }
}

extension StatusTable {
  /// The table that a configuration stands for, in real time.
  init(_ configuration: ReconciliationConfiguration) {
    let scale = configuration.timeScale
    self.init(
      grace: configuration.grace / scale, unresolvedAfter: configuration.unresolvedAfter / scale,
      visibleAfter: configuration.visibleAfter / scale + configuration.creationUncertainty, lifetime: configuration.lifetime / scale)
  }
}
