/// How much may be sent: a steady rate and a burst on top of it (contract: `gateway.quota.requestsPerSecond`, `.burst`).
///
/// Over **any** interval of `t` seconds a quota allows `requestsPerSecond * t + burst` requests, and no more; there are no window edges.
/// A gateway that counts in windows of one second therefore sees up to `requestsPerSecond + burst` in its first one.
public struct Quota: Sendable, Equatable {
  /// Rates that a configuration may name, in requests per second.
  public static let requestsPerSecondRange: ClosedRange<Double> = 0.001...1_000_000
  /// Bursts that a configuration may name, in requests.
  public static let burstRange: ClosedRange<Int> = 1...100_000

  /// No limit of its own; `requestsPerSecond` is infinite.
  public static let unlimited = Quota(requestsPerSecond: .infinity, burst: 1)
  /// The contract's default: 50 requests per second, bursts of 10.
  public static let standard = Quota(requestsPerSecond: 50, burst: 10)

  /// Requests per second in the long run; infinite when unlimited.
  public let requestsPerSecond: Double
  /// Requests that may start at once after a quiet time.
  ///
  /// It is also what makes up for timers that fire late: with a burst of 1 every late wake-up is throughput lost.
  public let burst: Int

  /// Whether this quota never makes anybody wait.
  public var isUnlimited: Bool { requestsPerSecond.isInfinite }

  /// Makes a quota. Values outside of the two ranges are moved to their nearest end (the configuration refuses them before);
  /// an infinite rate means unlimited.
  public init(requestsPerSecond: Double, burst: Int) {
    self.requestsPerSecond = Self.rate(requestsPerSecond)
    self.burst = min(max(burst, Self.burstRange.lowerBound), Self.burstRange.upperBound)
  }

  /// This part of the quota: as much of the rate, and of the burst, rounded down but at least 1: a bucket without room for one token never grants any.
  ///
  /// So the bursts of `n` senders whose parts add up to 1 add up to the whole burst, and one more for each that was moved up: to burst + `n` - 1 at
  /// the most. (All moved up make `n`, and the burst is at least 1.) With two senders and a burst of 2 or more it is never more than the burst.
  /// Unlimited stays unlimited, and no part is slower than the slowest rate that a configuration may name.
  func scaled(by fraction: Double) -> Quota {
    guard !isUnlimited else { return self }
    return Quota(requestsPerSecond: requestsPerSecond * fraction, burst: Int(Double(burst) * fraction))
  }

  /// A rate that the arithmetic of a `TokenBucket` can hold: infinite, or within `requestsPerSecondRange` (NaN counts as the slowest).
  static func rate(_ requestsPerSecond: Double) -> Double {
    if requestsPerSecond == .infinity { return .infinity }
    if requestsPerSecond.isNaN { return requestsPerSecondRange.lowerBound }
    return min(max(requestsPerSecond, requestsPerSecondRange.lowerBound), requestsPerSecondRange.upperBound)
  }
}
