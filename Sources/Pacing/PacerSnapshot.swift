/// Counts of a `Pacer` at one moment, for metrics and status lines.
public struct PacerSnapshot: Sendable, Equatable {
  /// Items that could start but for tokens, slots, the retry budget or a hold: first attempts and retries whose time has come.
  public var waiting: Int
  /// Retries whose time has not come.
  public var delayed: Int
  /// Requests started and not finished.
  public var inFlight: Int
  /// The present global rate, in requests per second; infinite when unlimited.
  public var requestsPerSecond: Double
  /// Throttles reported since the start.
  public var throttles: Int
  /// How often a throttle lowered the rate.
  public var rateDecreases: Int
  /// First attempts started since the start.
  public var firstAttempts: Int
  /// Retries started since the start.
  public var retries: Int
  /// Whether sending is held (`hold(until:)`).
  public var isHeld: Bool
}
