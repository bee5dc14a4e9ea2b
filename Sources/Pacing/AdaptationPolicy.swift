/// How the sending rate follows a gateway that throttles: see `RateAdaptation`.
public struct AdaptationPolicy: Sendable, Equatable {
  /// At most one step down per second, to no less than half; back up by 2 % of the configured rate per second, by 0.2 % near the limit.
  public static let standard = AdaptationPolicy(
    isEnabled: true, interval: .seconds(1), decreaseFactor: 0.5, recoveryPerSecond: 0.02, probingPerSecond: 0.002)
  /// The configured rate, whatever the gateway answers. `Retry-After` is still obeyed.
  public static let fixed = AdaptationPolicy(
    isEnabled: false, interval: .seconds(1), decreaseFactor: 0.5, recoveryPerSecond: 0.02, probingPerSecond: 0.002)

  /// Whether the rate changes at all.
  public let isEnabled: Bool
  /// The rate is lowered at most once in this time: the answers to what was sent before a step say nothing about it. At least 10 ms.
  public let interval: Duration
  /// One step lowers the rate to no less than this part of itself, 0.1 to 0.95.
  public let decreaseFactor: Double
  /// Recovery away from the last known limit, in parts of the configured rate per second.
  public let recoveryPerSecond: Double
  /// Recovery near the last known limit (within 5 % of it), in parts of the configured rate per second.
  public let probingPerSecond: Double

  /// Makes a policy; values outside of the stated ranges are moved to their nearest end.
  public init(isEnabled: Bool, interval: Duration, decreaseFactor: Double, recoveryPerSecond: Double, probingPerSecond: Double) {
    self.isEnabled = isEnabled
    self.interval = max(interval, .milliseconds(10))
    self.decreaseFactor = min(max(decreaseFactor, 0.1), 0.95)
    self.recoveryPerSecond = min(max(recoveryPerSecond, 0.0001), 1)
    self.probingPerSecond = min(max(probingPerSecond, 0.0001), 1)
  }
}
