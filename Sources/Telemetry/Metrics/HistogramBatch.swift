/// Observations of one batch, gathered without any synchronisation and added to a histogram in one step (one metrics update a batch,
/// rule 4 of design/style.md). A value of its own: keep it in the task that works on the batch.
public struct HistogramBatch: Sendable {
  let buckets: [Double]
  /// Observations per bucket, not cumulative; the last is `+Inf`.
  private(set) var counts: [UInt64]
  private(set) var sum = 0.0

  init(buckets: [Double]) {
    self.buckets = buckets
    counts = Array(repeating: 0, count: buckets.count + 1)
  }

  /// Notes `count` observations of `value` (in the histogram's unit); NaN is ignored.
  public mutating func record(_ value: Double, count: Int = 1) {
    guard count > 0, !value.isNaN else { return }
    counts[Self.bucketIndex(of: value, in: buckets)] += UInt64(count)
    sum += value * Double(count)
  }

  /// Notes `count` observations of a duration, for histograms in seconds.
  public mutating func record(duration: Duration, count: Int = 1) {
    record(duration.fractionalSeconds, count: count)
  }

  /// Whether nothing was noted.
  public var isEmpty: Bool { counts.allSatisfy { $0 == 0 } }

  /// Empties the batch and keeps its storage, for the next one.
  public mutating func removeAll() {
    for index in counts.indices { counts[index] = 0 }
    sum = 0
  }

  /// The first bucket whose bound is not below `value`, by bisection.
  static func bucketIndex(of value: Double, in buckets: [Double]) -> Int {
    var low = 0
    var high = buckets.count
    while low < high {
      let middle = (low + high) / 2
      if buckets[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
