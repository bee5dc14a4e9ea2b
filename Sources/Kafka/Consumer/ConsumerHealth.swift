/// How a consumer is, for readiness checks and the operations page.
public struct ConsumerHealth: Sendable {
  /// The partitions assigned to it, sorted.
  public var assignedPartitions: [TopicPartition] = []
  /// Whether an assignment has ever come (it can be empty).
  public var hasBeenAssigned = false
  /// When the consumer's thread last looked for events or records: it does so at least every half second.
  public var lastPollAt: ContinuousClock.Instant
  /// When records were last handed out.
  public var lastBatchAt: ContinuousClock.Instant?
  /// Since when no broker can be reached; nil while one can.
  public var allBrokersDownSince: ContinuousClock.Instant?
  /// The error that ended it, if one did.
  public var fatalError: KafkaError?
  /// The newest error that did not end it; of a broker that is away, why.
  public var lastError: KafkaError?
  /// Since when a revocation waits for records in flight; nil when none does.
  public var revokingSince: ContinuousClock.Instant?
  /// Records handed out and not finished.
  public var recordsInFlightCount = 0
  /// Records finished too late (their assignment had ended) or twice.
  public var ignoredFinishesCount = 0
  /// Commits the brokers confirmed.
  public var commitsCount = 0
  /// Commits that failed.
  public var commitErrorsCount = 0
  /// Rebalances seen.
  public var rebalancesCount = 0
}
