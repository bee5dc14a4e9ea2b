/// The one place that says what a metric is: HELP and TYPE lines, the metrics table and the registry's checks come from it.
public struct MetricDescription: Sendable, Equatable {
  /// Upper bounds in seconds that suit network calls and batches: 1 ms to 30 s.
  public static let defaultSecondsBuckets: [Double] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
  ]

  /// The full name, `[a-zA-Z_:][a-zA-Z0-9_:]*`; also the label given to swift-metrics.
  public let name: String
  /// Counter, gauge or histogram.
  public let kind: MetricKind
  /// The unit of its values.
  public let unit: MetricUnit
  /// Its dimensions; every series has exactly these.
  public let labels: [MetricLabel]
  /// One sentence for operators.
  public let help: String
  /// Upper bounds of a histogram's buckets, ascending, without `+Inf`; empty for the other kinds.
  public let buckets: [Double]

  private init(name: String, kind: MetricKind, unit: MetricUnit, labels: [MetricLabel], help: String, buckets: [Double]) {
    self.name = name
    self.kind = kind
    self.unit = unit
    self.labels = labels
    self.help = help
    self.buckets = buckets
  }

  /// A value that only grows.
  public static func counter(_ name: String, unit: MetricUnit, labels: [MetricLabel] = [], help: String) -> MetricDescription {
    MetricDescription(name: name, kind: .counter, unit: unit, labels: labels, help: help, buckets: [])
  }

  /// A value that goes up and down.
  public static func gauge(_ name: String, unit: MetricUnit, labels: [MetricLabel] = [], help: String) -> MetricDescription {
    MetricDescription(name: name, kind: .gauge, unit: unit, labels: labels, help: help, buckets: [])
  }

  /// A distribution; `buckets` are upper bounds in `unit`.
  public static func histogram(
    _ name: String, unit: MetricUnit = .seconds, labels: [MetricLabel] = [], help: String,
    buckets: [Double] = MetricDescription.defaultSecondsBuckets
  ) -> MetricDescription {
    MetricDescription(name: name, kind: .histogram, unit: unit, labels: labels, help: help, buckets: buckets)
  }
}
