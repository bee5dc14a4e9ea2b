/// What a metric counts as in the Prometheus data model.
public enum MetricKind: String, Sendable, CaseIterable {
  /// Only grows; the name ends in `_total`.
  case counter
  /// Goes up and down.
  case gauge
  /// Observations sorted into buckets, with their sum and number.
  case histogram
}
