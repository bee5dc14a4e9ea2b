import Synchronization

/// One metric: what it is, and a bounded number of series.
final class MetricFamily: Sendable {
  /// The value every label has in the series that takes what is beyond the bound.
  static let overflowValue = "other"

  let name: String
  let kind: MetricKind
  let help: String?
  let buckets: [Double]
  /// The names each series has, sorted.
  let labelNames: [String]
  private let seriesMax: Int
  private let series: Mutex<[[LabelPair]: MetricSeries]>

  init(name: String, kind: MetricKind, help: String?, labelNames: [String], buckets: [Double], seriesMax: Int) {
    self.name = name
    self.kind = kind
    self.help = help
    self.buckets = buckets
    self.labelNames = labelNames.sorted()
    self.seriesMax = max(seriesMax, 1)
    series = Mutex([:])
  }

  convenience init(_ description: MetricDescription, seriesMax: Int) {
    self.init(
      name: description.name, kind: description.kind, help: description.help, labelNames: description.labels.map(\.name),
      buckets: description.buckets, seriesMax: seriesMax)
    // A counter that shows 0 from the start can be told from one that does not exist, and its first increase is a rate.
    if labelNames.isEmpty { _ = findOrMakeSeries(labels: []) }
  }

  /// The series of these labels (sorted by name); made when it is new, the overflow series when there are too many.
  func findOrMakeSeries(labels: [LabelPair]) -> (series: MetricSeries, isOverflow: Bool) {
    series.withLock { series in
      if let known = series[labels] { return (known, false) }
      // The overflow series is over and above the bound, so that it exists exactly when something went into it.
      let isOverflow = series.count >= seriesMax
      let key = isOverflow ? overflowLabels : labels
      if let known = series[key] { return (known, isOverflow) }
      let made = MetricSeries(kind: kind, buckets: buckets)
      series[key] = made
      return (made, isOverflow)
    }
  }

  /// Forgets the series that `handler` keeps; the overflow series stays, others write to it too.
  func removeSeries(keptBy handler: AnyObject) {
    series.withLock { series in
      guard let key = series.first(where: { $0.value.isKept(by: handler) })?.key, labelNames.isEmpty || key != overflowLabels else {
        return
      }
      series[key] = nil
    }
  }

  var snapshot: MetricSnapshot {
    let all = series.withLock { $0 }
    let ordered = all.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    return MetricSnapshot(
      name: name, kind: kind, help: help, series: ordered.map { MetricSnapshot.Series(labels: $0.key, value: $0.value.value) })
  }

  private var overflowLabels: [LabelPair] {
    labelNames.map { LabelPair($0, Self.overflowValue) }
  }
}
