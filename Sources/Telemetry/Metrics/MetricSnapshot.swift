/// One metric with all its series at one moment: what the text format and the operations page are made from.
public struct MetricSnapshot: Sendable, Equatable {
  /// A series' value.
  public enum Value: Sendable, Equatable {
    /// Of a counter or gauge.
    case number(Double)
    /// Of a histogram.
    case histogram(HistogramSnapshot)
  }

  /// One combination of label values.
  public struct Series: Sendable, Equatable {
    /// The labels, in the order of their names.
    public let labels: [LabelPair]
    /// The value.
    public let value: Value

    /// Creates a series.
    public init(labels: [LabelPair], value: Value) {
      self.labels = labels
      self.value = value
    }
  }

  /// The metric's name.
  public let name: String
  /// Its kind.
  public let kind: MetricKind
  /// Its help; nil for a metric that is not in the catalog.
  public let help: String?
  /// Its series, ordered by their labels.
  public let series: [Series]

  /// Creates a snapshot.
  public init(name: String, kind: MetricKind, help: String?, series: [Series]) {
    self.name = name
    self.kind = kind
    self.help = help
    self.series = series
  }
}
