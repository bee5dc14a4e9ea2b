/// When tokens are refreshed, and how long a source that failed is left alone.
struct TokenPolicy: Sendable {
  /// A token is refreshed after this share of its life, …
  var refreshShare = 0.8
  /// … earlier by up to this share of it, at random, so that many workers do not come at once.
  var refreshJitterShare = 0.1
  /// A token is not used in the last part of its life: it would run out on the way.
  var expiryMargin = Duration.seconds(10)
  /// A token without a lifetime is asked for again after this time; nil: never.
  var recheckInterval: Duration?
  /// The wait after the first failure; it doubles with each one.
  var backoffBase = Duration.seconds(1)
  /// The longest wait.
  var backoffMax = Duration.seconds(60)

  /// How long after it was asked for a token of this lifetime is to be refreshed. `random` is in 0..<1.
  func refreshDelay(lifetime: Duration, random: Double) -> Duration {
    lifetime * (refreshShare - refreshJitterShare * random)
  }

  /// How long after it was asked for a token of this lifetime is no longer used. At least 90 % of a short life are.
  func usableTime(lifetime: Duration) -> Duration {
    lifetime - min(expiryMargin, lifetime * 0.1)
  }

  /// The wait after the `count`-th failure in a row: half of it fixed, half at random.
  func backoff(failureCount count: Int, random: Double) -> Duration {
    let full = min(backoffMax, backoffBase * (1 << min(max(count - 1, 0), 20)))
    return full * (0.5 + 0.5 * random)
  }
}
