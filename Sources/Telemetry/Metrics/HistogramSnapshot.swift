/// A histogram at one moment.
public struct HistogramSnapshot: Sendable, Equatable {
  /// Upper bounds, ascending, without `+Inf`.
  public let buckets: [Double]
  /// Observations per bucket, not cumulative; one more than `buckets`, the last is `+Inf`.
  public let counts: [UInt64]
  /// The sum of all observed values.
  public let sum: Double

  /// The number of all observations.
  public var count: UInt64 { counts.reduce(0, +) }

  /// An estimate of the `quantile` (0–1), linear within its bucket as Prometheus' `histogram_quantile` does; nil without observations.
  /// A value beyond the last bound is reported as that bound.
  public func estimate(quantile: Double) -> Double? {
    let total = count
    guard total > 0, let lastBound = buckets.last else { return nil }
    let rank = min(max(quantile, 0), 1) * Double(total)
    var below: UInt64 = 0
    for (index, bound) in buckets.enumerated() {
      let inBucket = counts[index]
      if inBucket > 0, Double(below + inBucket) >= rank {
        let start = index == 0 ? min(0, bound) : buckets[index - 1]
        return start + (bound - start) * (rank - Double(below)) / Double(inBucket)
      }
      below += inBucket
    }
    return lastBound
  }
}
