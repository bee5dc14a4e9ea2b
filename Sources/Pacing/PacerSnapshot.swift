/// Counts of a `Pacer` at one moment, for metrics, status lines and `LaneDemand`.
public struct PacerSnapshot: Sendable, Equatable {
  /// Counts of one merchant.
  public struct Merchant: Sendable, Equatable {
    /// Its items among `waiting`.
    public var waiting: Int
    /// Its items started since the start.
    public var started: Int

    /// Makes the counts of one merchant.
    public init(waiting: Int = 0, started: Int = 0) {
      self.waiting = waiting
      self.started = started
    }
  }

  /// Items that could start but for tokens, slots, the retry budget or a hold: first attempts and retries whose time has come.
  public var waiting: Int
  /// Those of `waiting` in the replay lane.
  public var replaysWaiting: Int
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
  /// The part of its quota that it may use at present, 0 to 1 (`setQuota`).
  public var quotaFraction: Double
  /// Requests that may be in flight at present: its part of `concurrentRequestsMax`.
  public var slots: Int
  /// The end of the last pause that the gateway asked for (`Retry-After`), which may be over, in the pacer's time; nil if it never asked.
  public var pausedUntil: Duration?
  /// Whether sending is held (`hold(until:)`).
  public var isHeld: Bool
  /// The merchants, by merchant index.
  public var merchants: [Merchant]
}
