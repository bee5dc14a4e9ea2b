/// A rate of requests, or none.
public enum RequestRate: Sendable, Hashable {
  /// No limit of ours; the gateway's own answers still slow the worker down.
  case unlimited
  /// So many requests a second; may be below one.
  case perSecond(Double)

  /// Requests per second; nil when unlimited.
  public var requestsPerSecond: Double? {
    switch self {
    case .unlimited: nil
    case .perSecond(let rate): rate
    }
  }
}
