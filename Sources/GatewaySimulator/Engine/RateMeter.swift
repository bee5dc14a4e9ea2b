/// What rate the clients really used, measured over all of `/sessions` on arrival, whatever the answer was.
struct RateMeter {
  /// Arrivals kept for the sliding window. A second with more is reported as this many.
  private static let arrivalsMax = 1 << 18
  private static let windowNanoseconds: Int64 = 1_000_000_000

  private var arrivals: [Int64] = []
  private var first = 0
  /// The most requests in any second, wherever it begins.
  private(set) var peakPerSecond = 0

  /// How full a bucket would be that leaks at the quota's rate, in requests; its highest level is the largest excess over rate × time of any window.
  private var level = 0.0
  private(set) var levelPeak = 0.0
  private var levelAt: Int64 = 0

  mutating func record(at now: Int64, requestsPerSecond: Double?) {
    while first < arrivals.count, arrivals[first] <= now - Self.windowNanoseconds { first += 1 }
    // Amortized: at most half of the memory is arrivals that no window needs any more.
    if first > 1024, first * 2 > arrivals.count {
      arrivals.removeFirst(first)
      first = 0
    }
    if arrivals.count - first < Self.arrivalsMax { arrivals.append(now) }
    peakPerSecond = max(peakPerSecond, arrivals.count - first)
    guard let requestsPerSecond else { return }
    if levelAt > 0 { level = max(0, level - Double(max(0, now - levelAt)) * requestsPerSecond / 1e9) }
    levelAt = max(levelAt, now)
    level += 1
    levelPeak = max(levelPeak, level)
  }
}
