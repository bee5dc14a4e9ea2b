import Telemetry

/// Every metric of the worker, described once: HELP lines and `config/metrics.md` come from here.
public enum WorkerMetrics {
  private static let creation: [MetricDescription] = [
    .counter(
      "checkout_creation_replies_total", unit: "replies", labels: [MetricLabel("outcome", meaning: "created, rejected, expired or failed")],
      help: "Replies that the broker has acknowledged."),
    .counter(
      "checkout_creation_dead_letters_total", unit: "records", labels: [], help: "Dead letters that the broker has acknowledged."),
    .counter(
      "checkout_creation_repeated_replies_total", unit: "replies", labels: [],
      help: "Replies that repeat the decision of an earlier record or run; consumers drop them by ce_id."),
    .histogram(
      "checkout_creation_reply_latency_seconds", unit: .seconds, labels: [],
      help: "From the request record's timestamp to the acknowledgement of its reply.",
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]),
    .gauge("checkout_creation_records_in_flight", unit: "records", labels: [], help: "Records taken and neither finished nor given up."),
    .gauge(
      "checkout_creation_batches_in_flight", unit: "batches", labels: [], help: "Batches worked on; bounded by creation.batchesInFlight."),
    .gauge(
      "checkout_pacing_waiting", unit: "requests", labels: [], help: "Requests that wait for a token, a connection or the retry budget."),
    .gauge("checkout_pacing_delayed", unit: "requests", labels: [], help: "Retries whose time has not come."),
    .gauge(
      "checkout_pacing_requests_in_flight", unit: "requests", labels: [],
      help: "Requests sent and not answered; bounded by gateway.maxConcurrentRequests."),
    .gauge(
      "checkout_pacing_rate", unit: "requests per second", labels: [],
      help: "The present rate; below the quota while the gateway throttles."),
    .gauge(
      "checkout_merchants_held", unit: "merchants", labels: [],
      help: "Merchants whose configuration the gateway refuses; their requests wait."),
    .gauge("checkout_gateway_unreachable", unit: "0 or 1", labels: [], help: "1 while connections to the gateway fail."),
  ]

  /// All descriptions, in the order of the table.
  static let descriptions: [MetricDescription] =
    creation + AdapterMetrics.descriptions + ProcessMetrics.descriptions + TelemetryMetrics.descriptions

  /// The metrics table in Markdown.
  static var table: String { (try? MetricCatalog(descriptions))?.markdownTable ?? "" }

  /// The registry of a process.
  static func makeRegistry() -> PrometheusRegistry {
    // The catalog is constant and checked by a test; a registry without it still serves every metric.
    PrometheusRegistry(catalog: (try? MetricCatalog(descriptions)) ?? .empty)
  }
}
