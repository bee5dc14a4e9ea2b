import Metrics

/// The producer's metrics, updated once per send or statistics event.
///
/// | metric | kind | what |
/// |---|---|---|
/// | `kafka_producer_deliveries_total` | counter | records acknowledged |
/// | `kafka_producer_delivery_failures_total` | counter | records that failed |
/// | `kafka_producer_delivery_seconds` | timer | from send to the last acknowledgement of the batch |
/// | `kafka_producer_queue_depth` | gauge | records queued and in flight |
/// | `kafka_producer_queue_full_total` | counter | times a send had to wait for room |
struct ProducerMetrics: Sendable {
  private let deliveries: Counter
  private let failures: Counter
  private let latency: Timer
  private let depth: Gauge
  private let full: Counter

  init(clientID: String) {
    let dimensions = [("client", clientID)]
    deliveries = Counter(label: "kafka_producer_deliveries_total", dimensions: dimensions)
    failures = Counter(label: "kafka_producer_delivery_failures_total", dimensions: dimensions)
    latency = Timer(label: "kafka_producer_delivery_seconds", dimensions: dimensions)
    depth = Gauge(label: "kafka_producer_queue_depth", dimensions: dimensions)
    full = Counter(label: "kafka_producer_queue_full_total", dimensions: dimensions)
  }

  func sent(_ report: DeliveryReport) {
    deliveries.increment(by: report.recordsCount - report.failures.count)
    if !report.failures.isEmpty { failures.increment(by: report.failures.count) }
    latency.recordNanoseconds(report.duration.microseconds * 1000)
  }

  func waitedForRoom() { full.increment() }
  func observe(depth count: Int) { depth.record(count) }
}
