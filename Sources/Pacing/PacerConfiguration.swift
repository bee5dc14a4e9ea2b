/// Everything a `Pacer` is told at its start.
public struct PacerConfiguration: Sendable, Equatable {
  /// The contract's default for `gateway.maxConcurrentRequests`.
  public static let standardConcurrentRequestsMax = 64
  /// A pause longer than this is not believed; see `retryAfterMax`.
  public static let standardRetryAfterMax = Duration.seconds(600)

  /// One merchant, the contract's defaults: 50 requests per second, burst 10, 64 at a time.
  public static let standard = PacerConfiguration()
  /// One merchant, no limit but 64 at a time: for benchmarks.
  public static let unlimited = PacerConfiguration(quota: .unlimited, retryBudget: .unlimited, adaptation: .fixed)

  /// What all merchants together may send (`gateway.quota`).
  public var quota: Quota
  /// What each merchant may send inside of that (`merchants.<name>.quota`), by merchant index; never empty.
  public let merchantQuotas: [Quota]
  /// Requests in flight at most (`gateway.maxConcurrentRequests`), at least 1; with a part of the quota, as large a part of them.
  public let concurrentRequestsMax: Int
  /// Retries beside first attempts.
  public var retryBudget: RetryBudgetConfiguration
  /// How the global rate follows a gateway that throttles.
  public var adaptation: AdaptationPolicy
  /// The longest pause one answer can cause: a wrong date in one `Retry-After` must not stop a worker for a year.
  public var retryAfterMax: Duration

  /// Whether any quota, the global one or a merchant's, is a limit.
  public var isLimited: Bool { !quota.isUnlimited || merchantQuotas.contains { !$0.isUnlimited } }

  /// Makes a configuration with the contract's defaults for what is left out.
  public init(
    quota: Quota = .standard,
    merchantQuotas: [Quota] = [.unlimited],
    concurrentRequestsMax: Int = standardConcurrentRequestsMax,
    retryBudget: RetryBudgetConfiguration = .standard,
    adaptation: AdaptationPolicy = .standard,
    retryAfterMax: Duration = standardRetryAfterMax
  ) {
    self.quota = quota
    self.merchantQuotas = merchantQuotas.isEmpty ? [.unlimited] : merchantQuotas
    self.concurrentRequestsMax = max(concurrentRequestsMax, 1)
    self.retryBudget = retryBudget
    self.adaptation = adaptation
    self.retryAfterMax = max(retryAfterMax, .zero)
  }
}
