import CoreMetrics
import Synchronization

/// The project's swift-metrics backend: all metrics of the process in memory, served in Prometheus' text format.
///
/// The label given to swift-metrics is the metric's name, its dimensions are the labels. Metrics of the catalog are checked against it;
/// others (of libraries) are taken under the nearest valid name, without HELP. Making a handler twice with the same labels gives the same
/// object, so call sites need not share one. Finding a handler takes two short locks: make it once, or once a batch, not once a record.
///
/// Two bounds hold whatever call sites do: `metricsMax` metrics, and `seriesMax` label combinations of each, with one more whose labels are all `other`.
public final class PrometheusRegistry: Sendable {
  /// Bounds of a histogram's buckets for a `Recorder` that is not in the catalog.
  static let undescribedRecorderBuckets: [Double] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000, 1_000_000]
  private static let rejectionsMax = 64

  private struct State {
    var families: [String: MetricFamily] = [:]
    var rejections: [MetricRejection] = []
    var collectors: [@Sendable () -> Void] = []
  }

  private let metricsMax: Int
  private let seriesMax: Int
  private let rejected: MetricFamily
  private let overflow: MetricFamily
  private let state: Mutex<State>

  /// - Parameters:
  ///   - catalog: the program's metrics.
  ///   - metricsMax: how many metrics there may be, those of the catalog included.
  ///   - seriesMax: how many label combinations a metric may have before `other` takes the rest.
  public init(catalog: MetricCatalog = .empty, metricsMax: Int = 1024, seriesMax: Int = 256) {
    self.metricsMax = max(metricsMax, catalog.descriptions.count + TelemetryMetrics.descriptions.count)
    self.seriesMax = seriesMax
    rejected = MetricFamily(TelemetryMetrics.rejected, seriesMax: seriesMax)
    overflow = MetricFamily(TelemetryMetrics.overflow, seriesMax: self.metricsMax)
    var families: [String: MetricFamily] = [:]
    for description in catalog.descriptions {
      families[description.name] = MetricFamily(description, seriesMax: seriesMax)
    }
    families[rejected.name] = rejected
    families[overflow.name] = overflow
    state = Mutex(State(families: families))
  }

  /// The counter with this name and these labels.
  public func counter(_ name: String, labels: [(String, String)] = []) -> PrometheusCounter {
    guard case .counter(let counter) = series(.counter, name: name, labels: labels, buckets: []) else { return PrometheusCounter() }
    return counter
  }

  /// The gauge with this name and these labels.
  public func gauge(_ name: String, labels: [(String, String)] = []) -> PrometheusGauge {
    guard case .gauge(let gauge) = series(.gauge, name: name, labels: labels, buckets: []) else { return PrometheusGauge() }
    return gauge
  }

  /// The histogram with this name and these labels; `buckets` count only for a metric that is not in the catalog.
  public func histogram(
    _ name: String, labels: [(String, String)] = [], buckets: [Double] = MetricDescription.defaultSecondsBuckets
  ) -> PrometheusHistogram {
    guard case .histogram(let histogram) = series(.histogram, name: name, labels: labels, buckets: buckets) else {
      return PrometheusHistogram(buckets: buckets)
    }
    return histogram
  }

  /// Adds a closure that brings gauges up to date right before each snapshot. It must not wait for anything.
  public func addCollector(_ collect: @escaping @Sendable () -> Void) {
    state.withLock { $0.collectors.append(collect) }
  }

  /// All metrics now, ordered by name and labels.
  public func snapshot() -> [MetricSnapshot] {
    // Collectors run without the lock: they make and set metrics of this registry.
    for collect in state.withLock({ $0.collectors }) { collect() }
    return state.withLock { Array($0.families.values) }.sorted { $0.name < $1.name }.map(\.snapshot)
  }

  /// The text that is served at `/metrics`.
  public func exposition() -> [UInt8] { PrometheusTextFormat.encode(snapshot()) }

  /// The first uses of metrics that were turned away; empty in a correct program.
  public var rejections: [MetricRejection] { state.withLock { $0.rejections } }

  func forget(_ handler: AnyObject) {
    for family in state.withLock({ Array($0.families.values) }) { family.removeSeries(keptBy: handler) }
  }

  /// The series, or nil when the use contradicts the metric's description; it is counted then.
  private func series(_ kind: MetricKind, name: String, labels: [(String, String)], buckets: [Double]) -> MetricSeries? {
    let pairs = labels.map { LabelPair(MetricName.isValidLabel($0.0) ? $0.0 : MetricName.sanitizedLabel($0.0), $0.1) }.sorted()
    let labelNames = pairs.map(\.name)
    let name = MetricName.isValid(name) ? name : MetricName.sanitized(name)
    let family: MetricFamily? = state.withLock { state in
      if let known = state.families[name] { return known }
      guard state.families.count < metricsMax else { return nil }
      let made = MetricFamily(name: name, kind: kind, help: nil, labelNames: labelNames, buckets: buckets, seriesMax: seriesMax)
      state.families[name] = made
      return made
    }
    guard let family else { return reject(name, .metricsMax, "there are \(metricsMax) metrics already") }
    guard family.kind == kind else { return reject(name, .kind, "expected a \(family.kind.rawValue), got a \(kind.rawValue)") }
    guard family.labelNames == labelNames else {
      return reject(
        name, .labels, "expected the labels [\(family.labelNames.joined(separator: " "))], got [\(labelNames.joined(separator: " "))]")
    }
    let found = family.findOrMakeSeries(labels: pairs)
    if found.isOverflow { increment(overflow, label: "metric", value: name) }
    return found.series
  }

  private func reject(_ metric: String, _ reason: MetricRejection.Reason, _ detail: String) -> MetricSeries? {
    increment(rejected, label: "reason", value: reason.description)
    state.withLock { state in
      guard state.rejections.count < Self.rejectionsMax else { return }
      state.rejections.append(MetricRejection(metric: metric, reason: reason, detail: detail))
    }
    return nil
  }

  private func increment(_ family: MetricFamily, label: String, value: String) {
    guard case .counter(let counter) = family.findOrMakeSeries(labels: [LabelPair(label, value)]).series else { return }
    counter.increment()
  }
}
