/// How long to wait before the next attempt: exponential with full jitter.
///
/// Full jitter (anywhere between nothing and the ceiling) spreads the attempts of many workers better than jitter around the ceiling does.
public struct BackoffPolicy: Sendable, Equatable {
  /// 200 ms doubling up to 5 s: four retries fit into `creation.batchDeadline` (30 s).
  public static let standard = BackoffPolicy(base: .milliseconds(200), cap: .seconds(5))
  /// 1 s doubling up to 1 min: for things that come back when a person acts (brokers at start, a refused token).
  public static let patient = BackoffPolicy(base: .seconds(1), cap: .seconds(60))

  /// The ceiling after the first attempt.
  public let base: Duration
  /// The highest ceiling.
  public let cap: Duration

  /// A policy that starts at `base` (at least 1 ns) and doubles up to `cap` (at least `base`, at most a day).
  public init(base: Duration, cap: Duration) {
    let longest = Duration.seconds(86_400)
    self.base = min(max(base, .nanoseconds(1)), longest)
    self.cap = min(max(cap, self.base), longest)
  }

  /// The longest wait after attempt number `attempt` (1 is the first): `base * 2^(attempt - 1)`, at most `cap`.
  public func ceiling(attempt: Int) -> Duration {
    var ceiling = base
    for _ in 1..<max(attempt, 1) {
      guard ceiling < cap else { break }
      ceiling += ceiling
    }
    return min(ceiling, cap)
  }

  /// The wait after attempt number `attempt` (1 is the first).
  ///
  /// With a `Retry-After` it is that time and up to `base` more, so that those who were told the same moment do not all come in it.
  /// - Parameter retryAfter: what the gateway asked for, counted from the answer; the result is never shorter.
  public func delay(attempt: Int, retryAfter: Duration? = nil, using generator: inout some RandomNumberGenerator) -> Duration {
    guard let retryAfter else { return Self.upTo(ceiling(attempt: attempt), using: &generator) }
    return max(retryAfter, .zero) + Self.upTo(base, using: &generator)
  }

  private static func upTo(_ longest: Duration, using generator: inout some RandomNumberGenerator) -> Duration {
    // At most a day, so it fits: 86,400e9 nanoseconds.
    .nanoseconds(Int64.random(in: 0...Int64(longest.attoseconds / 1_000_000_000), using: &generator))
  }
}
