/// The metrics the registry keeps about itself. A program's catalog should contain them, so that they stand in its table; the registry
/// adds them where it does not.
public enum TelemetryMetrics {
  /// Uses of metrics that could not be served.
  public static let rejected = MetricDescription.counter(
    "telemetry_rejected_metrics_total", unit: "uses", labels: [MetricLabel("reason", meaning: "kind, labels or metrics_max")],
    help: "Uses of a metric that the registry turned away because they contradict its description; a fault in the program.")

  /// Label combinations beyond the bound.
  public static let overflow = MetricDescription.counter(
    "telemetry_series_overflow_total", unit: "uses", labels: [MetricLabel("metric", meaning: "name of the metric")],
    help: "Label combinations beyond the bound, counted under the label value \"other\" instead.")

  /// All of them.
  public static let descriptions = [rejected, overflow]
}
