/// A bucket that leaks at the quota's rate. Its level after a start is the most by which any window that ends there exceeds rate x time:
/// the windows need not be looked at one by one.
struct LeakyBucket {
  let requestsPerSecond: Double
  private var level = 0.0
  private var levelAt = Duration.zero
  private(set) var peak = 0.0

  init(requestsPerSecond: Double) { self.requestsPerSecond = requestsPerSecond }

  mutating func add(_ starts: Int, at now: Duration) {
    level = max(0, level - requestsPerSecond * ((now - levelAt) / .seconds(1))) + Double(starts)
    levelAt = now
    peak = max(peak, level)
  }
}
