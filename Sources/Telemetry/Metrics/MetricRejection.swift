/// A use of a metric that the registry could not serve: the values go nowhere, the program goes on. A test of the whole program expects none.
public struct MetricRejection: Sendable, Hashable, CustomStringConvertible {
  /// Why. Open: more reasons may come.
  public struct Reason: Sendable, Hashable, CustomStringConvertible {
    /// The value of the label `reason` of `telemetry_rejected_metrics_total`.
    public let description: String

    /// The name is in use for another kind of metric.
    public static let kind = Reason(description: "kind")
    /// The labels are not those of the metric.
    public static let labels = Reason(description: "labels")
    /// There are as many metrics as the registry takes.
    public static let metricsMax = Reason(description: "metrics_max")
  }

  /// The metric's name.
  public let metric: String
  /// Why it was turned away.
  public let reason: Reason
  /// What was expected and what came.
  public let detail: String

  /// All of it on one line.
  public var description: String { "metric \(metric) rejected (\(reason)): \(detail)" }
}
