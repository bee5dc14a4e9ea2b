/// How long after the fact events came: the median, what 99 of 100 stayed below, and the longest.
public struct DelayFigures: Hashable, Sendable {
  /// The median.
  public var p50: Duration
  /// Of 100 delays 99 are not longer.
  public var p99: Duration
  /// The longest.
  public var max: Duration

  /// The figures of some delays; zero if there are none.
  init(_ delays: [Duration]) {
    let sorted = delays.sorted()
    func quantile(_ part: Double) -> Duration {
      sorted.isEmpty ? .zero : sorted[Swift.min(Int(Double(sorted.count) * part), sorted.count - 1)]
    }
    (p50, p99, max) = (quantile(0.5), quantile(0.99), sorted.last ?? .zero)
  }
}
