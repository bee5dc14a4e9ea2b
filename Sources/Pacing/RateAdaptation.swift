/// Finds the rate that a gateway really grants when it is below the configured one: multiplicative decrease, additive recovery.
///
/// Plain AIMD would swing between half and all of the limit, a quarter of the quota unused. Two things make it settle instead:
/// a step down goes to just below what the gateway *accepted* lately (never below half of the rate in one step), and the way up is slow
/// within 5 % of the rate at which the gateway last complained, fast elsewhere. Beyond those 5 % the old limit is evidently gone.
///
/// The ceiling may move (`setCeiling`): what was learned from the gateway is kept in requests per second, whatever part of the quota that is.
public struct RateAdaptation: Sendable {
  /// What is kept of the accepted rate in a step down; below 1, so that the gateway's own bucket can fill again.
  private static let keptOfAccepted = 0.95
  private static let nearLimit = 0.95...1.05
  private static let slowestPartOfConfigured = 0.02
  /// An outage can leave nothing accepted; a limit of zero would leave nothing to recover by.
  private static let lowestLimit = 1.0
  /// Recovery in finer steps than this would cost arithmetic for every batch and change nothing.
  private static let recoveryStep = Duration.milliseconds(100)
  /// An unlimited rate has no ceiling that recovery could reach, so after this long without a throttle the limit is forgotten.
  private static let forgetUnlimitedAfter = Duration.seconds(60)

  /// The rate to send at now, in requests per second.
  public private(set) var requestsPerSecond: Double
  /// How often the rate was lowered.
  public private(set) var decreases = 0

  /// What is never exceeded.
  private var ceiling: Double
  /// What throttles lowered the rate to, as far as it has recovered; may lie above a ceiling that came down later. Nil when nothing holds it down.
  private var lowered: Double?
  private let policy: AdaptationPolicy
  /// The rate at which the gateway last complained.
  private var limit: Double
  private var decreaseAllowedAt: Duration
  private var recoveredAt: Duration

  private var acceptedInWindow = 0
  private var windowBegan: Duration
  private var acceptedPerSecondBefore: Double?

  /// Starts at the configured rate (infinite when unlimited), which is the ceiling until `setCeiling` says otherwise.
  public init(configured requestsPerSecond: Double, policy: AdaptationPolicy = .standard, now: Duration = .zero) {
    self.requestsPerSecond = requestsPerSecond
    self.policy = policy
    ceiling = requestsPerSecond
    limit = requestsPerSecond
    decreaseAllowedAt = now
    recoveredAt = now
    windowBegan = now
  }

  /// Records an answer that was no throttle.
  public mutating func accepted(now: Duration) {
    // Answers that come in during a pause were sent before it; counting them would overstate what comes after it.
    guard now >= windowBegan else { return }
    if now >= windowBegan + policy.interval {
      acceptedPerSecondBefore = Double(acceptedInWindow) / ((now - windowBegan) / .seconds(1))
      windowBegan = now
      acceptedInWindow = 0
    }
    acceptedInWindow += 1
  }

  /// Records a throttle and lowers the rate, unless that happened less than an interval ago.
  /// - Parameter pausedUntil: the end of the pause that the gateway asked for, if it asked for one.
  /// - Returns: whether `requestsPerSecond` changed.
  public mutating func throttled(now: Duration, pausedUntil: Duration? = nil) -> Bool {
    guard policy.isEnabled else { return false }
    let accepted = acceptedPerSecond(now: now)
    let goesOnAt = max(now, pausedUntil ?? now)
    recoveredAt = max(recoveredAt, goesOnAt)
    if goesOnAt > now {
      // The pause says nothing about what the gateway accepts: measure again from its end, and until then believe what was seen before.
      acceptedPerSecondBefore = accepted
      windowBegan = max(windowBegan, goesOnAt)
      acceptedInWindow = 0
    }
    guard now >= decreaseAllowedAt else { return false }
    decreaseAllowedAt = goesOnAt + policy.interval
    return decrease(accepted: accepted)
  }

  /// Changes what is never exceeded. A rate that throttles have lowered stays, capped by the new ceiling; any other becomes the new ceiling.
  mutating func setCeiling(_ requestsPerSecond: Double, now: Duration) {
    guard requestsPerSecond != ceiling else { return }
    // Time at the ceiling was no time to recover in: without this, an hour under a low ceiling would make up for everything at once.
    if self.requestsPerSecond >= ceiling { recoveredAt = max(recoveredAt, now) }
    ceiling = requestsPerSecond
    self.requestsPerSecond = min(lowered ?? ceiling, ceiling)
  }

  /// Notes a pause until `moment` that another sender was asked for: it says nothing about what the gateway accepts, so it is not measured in.
  mutating func pause(until moment: Duration) {
    recoveredAt = max(recoveredAt, moment)
    guard moment > windowBegan else { return }
    windowBegan = moment
    acceptedInWindow = 0
  }

  /// Lets time pass: raises the rate when it is below the ceiling.
  /// - Returns: whether `requestsPerSecond` changed.
  public mutating func recover(now: Duration) -> Bool {
    guard requestsPerSecond < ceiling, now >= recoveredAt + Self.recoveryStep else { return false }
    let elapsed = now - recoveredAt
    recoveredAt = now
    if ceiling.isInfinite, now >= decreaseAllowedAt + Self.forgetUnlimitedAfter {
      raise(to: ceiling)
      return true
    }
    let isNearLimit = Self.nearLimit.contains(requestsPerSecond / limit)
    let part = isNearLimit ? policy.probingPerSecond : policy.recoveryPerSecond
    raise(to: requestsPerSecond + unit * part * (elapsed / .seconds(1)))
    return true
  }

  private mutating func raise(to target: Double) {
    requestsPerSecond = min(ceiling, target)
    lowered = requestsPerSecond < ceiling ? requestsPerSecond : nil
  }

  /// What the parts of the policy are parts of: the ceiling, or what an unlimited rate turned out to be.
  private var unit: Double { ceiling.isFinite ? ceiling : min(limit, Quota.requestsPerSecondRange.upperBound) }

  /// Accepted requests per second over the running window, or over the one before while this one is too young to tell.
  private func acceptedPerSecond(now: Duration) -> Double? {
    let age = now - windowBegan
    if age >= policy.interval / 4 { return Double(acceptedInWindow) / (age / .seconds(1)) }
    if let acceptedPerSecondBefore { return acceptedPerSecondBefore }
    // Half of a finite rate is the better guess; half of an unlimited one is none.
    return ceiling.isFinite ? nil : Double(acceptedInWindow) / max(0.05, age / .seconds(1))
  }

  private mutating func decrease(accepted: Double?) -> Bool {
    let before = requestsPerSecond
    limit = min(before, max(accepted ?? before, Self.lowestLimit))
    let floor = max(Quota.requestsPerSecondRange.lowerBound, unit * Self.slowestPartOfConfigured)
    let half = before.isFinite ? before * policy.decreaseFactor : 0
    let target = accepted == nil ? 0 : limit * Self.keptOfAccepted
    requestsPerSecond = min(before, max(floor, half, target))
    lowered = requestsPerSecond
    decreases += 1
    return requestsPerSecond != before
  }
}
