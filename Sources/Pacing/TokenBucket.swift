/// Grants tokens at a steady rate with a bounded burst; pure, told the time by its caller.
///
/// It does not count tokens: it keeps the moment at which the bucket will be full again (`fullAt`, the "theoretical arrival time" of GCRA).
/// A token moves that moment by one interval, and a token is there while it lies at most `burst - 1` intervals ahead. So there is
/// nothing to refill, no window with an edge, and no rounding to accumulate: the one rounded value is the interval, in whole attoseconds
/// and rounded up, which costs less than a hundredth of a token in an hour at a million per second and never grants one too many.
public struct TokenBucket: Sendable {
  /// The rate it grants at now, in tokens per second; infinite when unlimited.
  public private(set) var requestsPerSecond: Double
  /// The most tokens it can hold.
  public private(set) var burst: Int

  private var interval: Duration
  /// `interval * (burst - 1)`.
  private var tolerance: Duration
  private var fullAt: Duration
  /// The end of the last pause; in the distant past if there was none.
  public private(set) var pausedUntil: Duration

  /// Anything far in the past: a bucket that was never used is full, whatever `now` its owner starts with.
  static let neverPaused = Duration.seconds(-1_000_000_000)

  /// A bucket that is full at the start.
  public init(_ quota: Quota) {
    requestsPerSecond = quota.requestsPerSecond
    burst = quota.burst
    interval = Self.interval(quota.requestsPerSecond)
    tolerance = interval * (burst - 1)
    fullAt = Self.neverPaused
    pausedUntil = Self.neverPaused
  }

  /// The first moment at which `take` succeeds. In the past when a token is there already.
  public var nextDue: Duration { max(pausedUntil, fullAt - tolerance) }

  /// Takes one token if there is one.
  /// - Returns: whether the caller may go ahead; if not, `nextDue` says when.
  public mutating func take(now: Duration) -> Bool {
    guard now >= nextDue else { return false }
    fullAt = max(fullAt, now) + interval
    return true
  }

  /// Grants nothing before `moment` (`Retry-After`), then one token, then goes on at its rate: whoever asked for the pause had
  /// no use for a burst at its end. A pause only ever gets longer.
  public mutating func pause(until moment: Duration) {
    pausedUntil = max(pausedUntil, moment)
    fullAt = max(fullAt, moment + tolerance)
  }

  /// Changes the rate from now on; the tokens that are there, or owed, stay as they are.
  public mutating func setRate(_ requestsPerSecond: Double, now: Duration) {
    change(rate: Quota.rate(requestsPerSecond), burst: burst, now: now)
  }

  /// Changes rate and burst from now on. The tokens that are there, or owed, stay as they are, but for those that a smaller burst has no
  /// room for; a larger one fills at the new rate. So over any interval it grants at most the sum of its rates over time and one burst, the largest in force.
  public mutating func setQuota(_ quota: Quota, now: Duration) {
    change(rate: quota.requestsPerSecond, burst: quota.burst, now: now)
  }

  /// Takes all tokens away: the next one is there an interval after `now`, or at the end of a pause that lasts longer.
  public mutating func empty(now: Duration) { fullAt = max(fullAt, now + interval * burst) }

  private mutating func change(rate: Double, burst newBurst: Int, now: Duration) {
    guard rate != requestsPerSecond || newBurst != burst else { return }
    let before = interval
    let more = newBurst - burst
    requestsPerSecond = rate
    burst = newBurst
    interval = Self.interval(rate)
    tolerance = interval * (burst - 1)
    // What is missing from a full bucket is a number of intervals, counted from the end of a pause: the pause itself must not stretch.
    let base = max(now, pausedUntil)
    if before == .zero || interval == .zero {
      // From or to unlimited there is nothing to convert, but a burst at the end of a pause still has to be earned.
      fullAt = pausedUntil > now ? base + tolerance : min(fullAt, base)
    } else {
      var missing = max(.zero, fullAt - base)
      // The product goes through Double; a nanosecond up is more than its error, so that a change of rate never adds to the tokens.
      if missing > .zero, interval != before { missing = missing * (interval / before) + .nanoseconds(1) }
      fullAt = base + max(.zero, missing + interval * more)
    }
  }

  /// Attoseconds between two tokens, the exact quotient rounded up; zero when unlimited.
  ///
  /// In integers: the rate is `significand * 2^-shift`, and with `Quota.requestsPerSecondRange` (shift 33 to 62) the dividend has at most 122 bits.
  private static func interval(_ requestsPerSecond: Double) -> Duration {
    guard requestsPerSecond.isFinite else { return .zero }
    let shift = Double.significandBitCount - Int(requestsPerSecond.exponent)
    let significand = Int128(requestsPerSecond.significandBitPattern) + (1 << Double.significandBitCount)
    let dividend = Int128(1_000_000_000_000_000_000) << shift
    return Duration(attoseconds: (dividend + significand - 1) / significand)
  }
}
