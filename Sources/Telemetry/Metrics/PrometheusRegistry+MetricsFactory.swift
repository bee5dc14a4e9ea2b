import CoreMetrics

/// swift-metrics' view of the registry. Destroying a metric forgets its series, for every call site that had made the same one.
extension PrometheusRegistry: MetricsFactory {
  /// A counter.
  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    counter(label, labels: dimensions)
  }

  /// A counter that also takes fractions.
  public func makeFloatingPointCounter(label: String, dimensions: [(String, String)]) -> any FloatingPointCounterHandler {
    counter(label, labels: dimensions)
  }

  /// A gauge.
  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    gauge(label, labels: dimensions)
  }

  /// A histogram when it aggregates, else a gauge.
  public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    guard aggregate else { return gauge(label, labels: dimensions) }
    return histogram(label, labels: dimensions, buckets: Self.undescribedRecorderBuckets)
  }

  /// A histogram in seconds.
  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    histogram(label, labels: dimensions)
  }

  /// Forgets the counter's series.
  public func destroyCounter(_ handler: any CounterHandler) { forget(handler) }
  /// Forgets the counter's series.
  public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { forget(handler) }
  /// Forgets the gauge's series.
  public func destroyMeter(_ handler: any MeterHandler) { forget(handler) }
  /// Forgets the series.
  public func destroyRecorder(_ handler: any RecorderHandler) { forget(handler) }
  /// Forgets the histogram's series.
  public func destroyTimer(_ handler: any TimerHandler) { forget(handler) }
}
