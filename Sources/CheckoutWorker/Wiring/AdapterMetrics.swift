import Telemetry

/// The metrics of the adapters, which know neither Telemetry nor each other, described in one place.
enum AdapterMetrics {
  static let descriptions = gateway + ledger + consumer + producer

  private static let gateway: [MetricDescription] = [
    .counter(
      "checkout_gateway_requests_total", unit: "requests",
      labels: [MetricLabel("status", meaning: "2xx, 3xx, 4xx, 429, 5xx, or none if no answer came")],
      help: "Calls to the gateway that have ended."),
    .histogram(
      "checkout_gateway_request_duration_seconds", unit: .seconds, labels: [],
      help: "From beginning to send a call (or to connect for it) to the last byte of its answer."),
    .gauge("checkout_gateway_requests_in_flight", unit: "requests", labels: [], help: "Calls under way."),
    .gauge("checkout_gateway_requests_waiting", unit: "requests", labels: [], help: "Calls that wait for a connection or a token."),
    .gauge(
      "checkout_gateway_connections_open", unit: "connections", labels: [],
      help: "Connections to the gateway; bounded by gateway.maxConcurrentRequests."),
    .counter(
      "checkout_gateway_connects_total", unit: "connects", labels: [MetricLabel("result", meaning: "opened or failed")],
      help: "Connections tried."),
    .gauge(
      "checkout_gateway_clock_skew_seconds", unit: .seconds, labels: [],
      help:
        "How far the gateway's clock is ahead of this host's, by the Date of its answers; negative: behind. Beyond 5 the gateway's is used."
    ),
    .counter(
      "checkout_gateway_token_refreshes_total", unit: "refreshes", labels: [MetricLabel("result", meaning: "obtained or failed")],
      help: "Tokens asked for."),
  ]

  private static let ledger: [MetricDescription] = [
    .histogram(
      "checkout_ledger_operation_seconds", unit: .seconds, labels: [MetricLabel("operation", meaning: "claim, record, publish, …")],
      help: "From the call to its answer: waiting for the writer, the transaction, the disk."),
    .counter(
      "checkout_ledger_failures_total", unit: "calls", labels: [MetricLabel("operation"), MetricLabel("code", meaning: "of the failure")],
      help: "Calls that failed."),
    .gauge("checkout_ledger_queued_calls", unit: "calls", labels: [], help: "Calls that wait or run."),
  ]

  private static let group = [MetricLabel("group", meaning: "the consumer group")]
  private static let consumer: [MetricDescription] = [
    .counter("kafka_consumer_records_total", unit: "records", labels: group, help: "Records handed to the stage."),
    .counter("kafka_consumer_bytes_total", unit: .bytes, labels: group, help: "Bytes of their keys, values and headers."),
    .counter("kafka_consumer_batches_total", unit: "batches", labels: group, help: "Batches handed to the stage."),
    .counter("kafka_consumer_commits_total", unit: "commits", labels: group, help: "Commits that the brokers confirmed."),
    .counter("kafka_consumer_commit_errors_total", unit: "commits", labels: group, help: "Commits that failed."),
    .counter("kafka_consumer_rebalances_total", unit: "rebalances", labels: group, help: "Assignments and revocations."),
    .gauge(
      "kafka_consumer_lag_records", unit: "records", labels: group,
      help: "Records between the position and the end, over all assigned partitions."),
    .gauge("kafka_consumer_records_in_flight", unit: "records", labels: group, help: "Records handed out and not finished."),
    .gauge("kafka_consumer_brokers_up", unit: "brokers", labels: group, help: "Brokers connected."),
  ]

  private static let client = [MetricLabel("client", meaning: "the producer's name")]
  private static let producer: [MetricDescription] = [
    .counter("kafka_producer_deliveries_total", unit: "records", labels: client, help: "Records acknowledged by all in-sync replicas."),
    .counter("kafka_producer_delivery_failures_total", unit: "records", labels: client, help: "Records that were not acknowledged."),
    .histogram("kafka_producer_delivery_seconds", unit: .seconds, labels: client, help: "From a group's send to its last acknowledgement."),
    .gauge("kafka_producer_queue_depth", unit: "records", labels: client, help: "Records queued and in flight."),
    .counter("kafka_producer_queue_full_total", unit: "waits", labels: client, help: "Times that a send had to wait for room."),
  ]
}
