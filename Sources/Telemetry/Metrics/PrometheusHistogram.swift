import CoreMetrics
import Synchronization

/// Observations in buckets; serves swift-metrics' `Timer` (in seconds) and `Recorder`.
///
/// A lock and not atomics: one observation changes three numbers, and a scrape between two of them would see a sum without its
/// count. Uncontended it costs two atomic operations, less than the three that atomics would need, and a batch takes it once.
public final class PrometheusHistogram: TimerHandler, RecorderHandler {
  private struct State {
    var counts: [UInt64]
    var sum = 0.0
  }

  /// Upper bounds of the buckets, ascending, without `+Inf`.
  public let buckets: [Double]
  private let state: Mutex<State>

  init(buckets: [Double]) {
    self.buckets = buckets
    state = Mutex(State(counts: Array(repeating: 0, count: buckets.count + 1)))
  }

  /// Adds `count` observations of `value` (in the histogram's unit); NaN is ignored.
  public func record(_ value: Double, count: Int) {
    guard count > 0, !value.isNaN else { return }
    let index = HistogramBatch.bucketIndex(of: value, in: buckets)
    state.withLock { state in
      state.counts[index] += UInt64(count)
      state.sum += value * Double(count)
    }
  }

  /// Adds `count` observations of a duration, for histograms in seconds.
  public func record(duration: Duration, count: Int = 1) { record(duration.fractionalSeconds, count: count) }
  /// Adds one observation.
  public func record(_ value: Double) { record(value, count: 1) }
  /// Adds one observation.
  public func record(_ value: Int64) { record(Double(value), count: 1) }
  /// Adds one observation of a duration, in seconds (swift-metrics' `Timer`).
  public func recordNanoseconds(_ duration: Int64) { record(Double(duration) * 1e-9, count: 1) }

  /// An empty batch with this histogram's buckets.
  public func makeBatch() -> HistogramBatch { HistogramBatch(buckets: buckets) }

  /// Adds all observations of a batch at once. The batch must come from a histogram with the same buckets; another one is counted value for
  /// value as nothing, so it returns false.
  @discardableResult
  public func add(_ batch: HistogramBatch) -> Bool {
    guard batch.buckets == buckets else { return false }
    state.withLock { state in
      for index in batch.counts.indices { state.counts[index] += batch.counts[index] }
      state.sum += batch.sum
    }
    return true
  }

  /// Buckets, sum and number at one moment.
  public var snapshot: HistogramSnapshot {
    let state = state.withLock { $0 }
    return HistogramSnapshot(buckets: buckets, counts: state.counts, sum: state.sum)
  }
}
