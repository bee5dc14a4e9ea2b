/// How many retries may be made beside first attempts, so that an outage does not multiply the load that met it.
public struct RetryBudgetConfiguration: Sendable, Equatable {
  /// One retry for five first attempts of the last 10 s, and 10 per second in any case.
  public static let standard = RetryBudgetConfiguration(ratio: 0.2, minimumPerSecond: 10, window: .seconds(10))
  /// Retries wait for nothing but their time and the quota.
  public static let unlimited = RetryBudgetConfiguration(ratio: 0, minimumPerSecond: .infinity, window: .seconds(10))

  /// Retries for each first attempt within `window`, 0 to 10.
  public let ratio: Double
  /// Retries per second that are granted whatever the number of first attempts. Never zero: a retry may wait, but not for ever.
  public let minimumPerSecond: Double
  /// How long a first attempt counts as recent, 100 ms to 10 min.
  public let window: Duration

  /// Makes a configuration; values outside of the stated ranges are moved to their nearest end.
  public init(ratio: Double, minimumPerSecond: Double, window: Duration) {
    self.ratio = ratio.isNaN ? 0 : min(max(ratio, 0), 10)
    self.minimumPerSecond = minimumPerSecond == .infinity ? .infinity : max(0.1, Quota.rate(minimumPerSecond))
    self.window = min(max(window, .milliseconds(100)), .seconds(600))
  }
}
