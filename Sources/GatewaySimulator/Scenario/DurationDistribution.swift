#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// How long something takes, as a distribution to draw from.
public enum DurationDistribution: Hashable, Sendable {
  /// A point of a percentile table: `share` of all draws are at most `duration`.
  public struct Percentile: Hashable, Sendable {
    /// Between 0 and 1.
    public var share: Double
    /// The duration that this share of the draws does not exceed.
    public var duration: Duration

    /// Makes a point.
    public init(share: Double, duration: Duration) {
      self.share = share
      self.duration = duration
    }
  }

  /// Always the same.
  case fixed(Duration)
  /// Every duration between the two is as likely as any other.
  case uniform(from: Duration, to: Duration)
  /// The usual shape of a latency: half below `median`, one in a hundred above `p99`, none above `max`.
  case lognormal(median: Duration, p99: Duration, max: Duration)
  /// Straight lines between the points, which ascend in share and duration; below the first and above the last point, that point's duration.
  case percentiles([Percentile])

  /// No time at all.
  public static let zero = DurationDistribution.fixed(.zero)

  /// One draw, in nanoseconds.
  func drawNanoseconds(using random: inout KeyedRandom) -> Int64 {
    switch self {
    case .fixed(let duration):
      return duration.wholeNanoseconds
    case .uniform(let from, let to):
      return Self.interpolate(from, to, at: random.unit())
    case .lognormal(let median, let p99, let max):
      // Box and Muller; 2.3263 standard deviations lie below the 99th percentile. The first draw is kept off zero, whose logarithm is none.
      let normal = sqrt(-2 * log(1 - random.unit())) * cos(2 * Double.pi * random.unit())
      let center = Double(median.wholeNanoseconds)
      let sigma = log(Double(p99.wholeNanoseconds) / center) / 2.326_347_874
      return min(Int64(exp(log(center) + sigma * normal).clamped(to: 0...9e18)), max.wholeNanoseconds)
    case .percentiles(let points):
      return Self.interpolate(points, at: random.unit())
    }
  }

  private static func interpolate(_ points: [Percentile], at share: Double) -> Int64 {
    guard let upper = points.firstIndex(where: { $0.share >= share }) else { return points.last?.duration.wholeNanoseconds ?? 0 }
    guard upper > 0 else { return points[0].duration.wholeNanoseconds }
    let low = points[upper - 1]
    let high = points[upper]
    return interpolate(low.duration, high.duration, at: (share - low.share) / (high.share - low.share))
  }

  private static func interpolate(_ from: Duration, _ to: Duration, at share: Double) -> Int64 {
    let start = from.wholeNanoseconds
    return start + Int64(Double(to.wholeNanoseconds - start) * share)
  }
}

extension Double {
  fileprivate func clamped(to range: ClosedRange<Double>) -> Double { min(max(self, range.lowerBound), range.upperBound) }
}
