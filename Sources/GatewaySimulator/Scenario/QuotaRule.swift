/// How many calls of `/sessions` (POST and GET together) the gateway takes. What is over is answered 429. In real time, never scaled.
public struct QuotaRule: Hashable, Sendable {
  /// What a 429 says about when to come back.
  public enum RetryAfter: String, Hashable, Sendable, CaseIterable {
    /// Nothing.
    case none
    /// Whole seconds, at least 1.
    case seconds
    /// An HTTP date, at least a second ahead.
    case date
  }

  /// A rate and how much may come at once.
  public struct Limit: Hashable, Sendable {
    /// Requests a second; thousandths count.
    public var requestsPerSecond: Double
    /// How many may come at once after a pause.
    public var burst: Int

    /// Makes a limit.
    public init(requestsPerSecond: Double, burst: Int) {
      self.requestsPerSecond = requestsPerSecond
      self.burst = burst
    }
  }

  /// For all calls together.
  public var limit: Limit
  /// For the calls of one merchant, by its `X-Merchant-Id` in lower case, inside ``limit``.
  public var merchants: [String: Limit]
  /// What a 429 says.
  public var retryAfter: RetryAfter

  /// Makes a quota.
  public init(limit: Limit, merchants: [String: Limit] = [:], retryAfter: RetryAfter = .none) {
    self.limit = limit
    self.merchants = merchants
    self.retryAfter = retryAfter
  }
}
