import Reconciliation
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
  ]

  private static let sending: [MetricDescription] = [
    .gauge(
      "checkout_pacing_waiting", unit: "requests", labels: [], help: "Requests that wait for a token, a connection or the retry budget."),
    .gauge(
      "checkout_pacing_replays_waiting", unit: "requests", labels: [],
      help: "Those of the waiting ones that are replayed dead letters: they start when no other can."),
    .gauge("checkout_pacing_delayed", unit: "requests", labels: [], help: "Retries whose time has not come."),
    .gauge(
      "checkout_pacing_requests_in_flight", unit: "requests", labels: [],
      help: "Requests sent and not answered; bounded by gateway.maxConcurrentRequests."),
    .gauge(
      "checkout_pacing_rate", unit: "requests per second", labels: [],
      help: "The present rate; below the quota while the gateway throttles."),
    .gauge(
      "checkout_quota_granted", unit: "fraction", labels: [],
      help: "The part of gateway.quota that this process may use now, 0 to 1; those of all processes over one ledger add up to 1 at most."),
    .gauge(
      "checkout_quota_assigned_share", unit: "fraction", labels: [],
      help:
        "The part of the request topic's partitions that this process has, 0 to 1: what is its own of creation's part of gateway.quota before it borrows."
    ),
    .gauge(
      "checkout_merchants_held", unit: "merchants", labels: [],
      help: "Merchants whose configuration the gateway refuses; their requests wait."),
    .gauge("checkout_gateway_unreachable", unit: "0 or 1", labels: [], help: "1 while connections to the gateway fail."),
    .gauge(
      "checkout_holding_seconds", unit: .seconds, labels: [MetricLabel("part", meaning: "gateway, credentials, ledger or broker")],
      help: "For how long the stage has held what it has because this part does not work; 0 while it works. Nothing is given up for it."),
  ]

  private static let reconciliation: [MetricDescription] = [
    .counter(
      "checkout_reconciliation_polls_total", unit: "polls",
      labels: [MetricLabel("answer", meaning: PollKind.allCases.map(\.rawValue).joined(separator: ", "))],
      help: "GET /sessions calls by what came of them."),
    .counter(
      "checkout_reconciliation_events_total", unit: "events",
      labels: [MetricLabel("status", meaning: "created, unresolved, completed, failed, canceled, timed_out or not_found")],
      help: "Status events that the broker has acknowledged."),
    .counter(
      "checkout_reconciliation_unknown_statuses_total", unit: "answers", labels: [],
      help: "Answers with a status that no document names: not terminal, the session is polled on."),
    .counter(
      "checkout_reconciliation_lease_losses_total", unit: "results", labels: [],
      help: "Results that were not recorded because the session's lease had ended and another reconciler had it."),
    .counter(
      "checkout_reconciliation_handed_back_total", unit: "sessions", labels: [], help: "Sessions leased and given back without a poll."),
    .gauge(
      "checkout_reconciliation_outstanding", unit: "sessions", labels: [], help: "Sessions of the whole ledger whose end has not been told."
    ),
    .gauge(
      "checkout_reconciliation_due", unit: "sessions", labels: [],
      help: "Sessions that are due and that nobody has leased, in the whole ledger: the backlog."),
    .gauge(
      "checkout_reconciliation_unresolved", unit: "sessions", labels: [],
      help: "Outstanding sessions that are UNRESOLVED, in the whole ledger: a person must look."),
    .gauge(
      "checkout_reconciliation_oldest_overdue_seconds", unit: .seconds, labels: [],
      help: "How late the oldest poll that is due is; 0 if nothing is due."),
  ]
  /// All descriptions, in the order of the table.
  static let descriptions: [MetricDescription] =
    creation + reconciliation + sending + AdapterMetrics.descriptions + ProcessMetrics.descriptions + TelemetryMetrics.descriptions

  /// The metrics table in Markdown.
  static var table: String { (try? MetricCatalog(descriptions))?.markdownTable ?? "" }

  /// The registry of a process.
  static func makeRegistry() -> PrometheusRegistry {
    // The catalog is constant and checked by a test; a registry without it still serves every metric.
    PrometheusRegistry(catalog: (try? MetricCatalog(descriptions)) ?? .empty)
  }
}
