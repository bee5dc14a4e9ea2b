import Metrics

/// The consumer's metrics. Each is updated once per batch, commit, rebalance or statistics event, never per record.
///
/// | metric | kind | what |
/// |---|---|---|
/// | `kafka_consumer_records_total` | counter | records handed out |
/// | `kafka_consumer_bytes_total` | counter | bytes of their keys, values and headers |
/// | `kafka_consumer_batches_total` | counter | batches handed out |
/// | `kafka_consumer_commits_total`, `kafka_consumer_commit_errors_total` | counter | commits confirmed, failed |
/// | `kafka_consumer_rebalances_total` | counter | assignments and revocations |
/// | `kafka_consumer_lag_records` | gauge | records between the position and the end, over all assigned partitions |
/// | `kafka_consumer_records_in_flight` | gauge | records handed out and not finished |
/// | `kafka_consumer_brokers_up` | gauge | brokers connected |
struct ConsumerMetrics: Sendable {
  private let records: Counter
  private let bytes: Counter
  private let batches: Counter
  private let commits: Counter
  private let commitErrors: Counter
  private let rebalances: Counter
  private let lag: Gauge
  private let inFlight: Gauge
  private let brokersUp: Gauge

  init(groupID: String?) {
    let dimensions = [("group", groupID ?? "none")]
    func counter(_ name: String) -> Counter { Counter(label: "kafka_consumer_\(name)", dimensions: dimensions) }
    func gauge(_ name: String) -> Gauge { Gauge(label: "kafka_consumer_\(name)", dimensions: dimensions) }
    records = counter("records_total")
    bytes = counter("bytes_total")
    batches = counter("batches_total")
    commits = counter("commits_total")
    commitErrors = counter("commit_errors_total")
    rebalances = counter("rebalances_total")
    lag = gauge("lag_records")
    inFlight = gauge("records_in_flight")
    brokersUp = gauge("brokers_up")
  }

  func consumed(records count: Int, bytes bytesCount: Int) {
    records.increment(by: count)
    bytes.increment(by: bytesCount)
    batches.increment()
  }

  func committed(isError: Bool) { (isError ? commitErrors : commits).increment() }

  func rebalanced() { rebalances.increment() }

  func observe(lag records: Int64, summary: StatisticsSummary, recordsInFlight: Int) {
    lag.record(records)
    inFlight.record(recordsInFlight)
    brokersUp.record(summary.brokersUpCount)
  }
}
