import Pacing
import Testing

@Suite("Pacer with a changing part of the quota, random runs")
struct PacerQuotaPropertyTests {
  /// A change of the part, or a start, at a moment.
  private struct Run {
    let quota: Quota
    var changes: [(at: Duration, fraction: Double)] = [(.zero, 1)]
    var starts: [Duration] = []

    /// What may start between two moments: the rates in force over time and the largest burst in force.
    func allowed(from begin: Duration, to end: Duration) -> Double {
      var rates = 0.0
      var burst = 0
      for (index, change) in changes.enumerated() {
        let ends = index + 1 < changes.count ? changes[index + 1].at : end
        guard ends >= begin, change.at <= end else { continue }
        let span = max(.zero, min(ends, end) - max(change.at, begin))
        rates += quota.requestsPerSecond * change.fraction * (span / .seconds(1))
        burst = max(burst, change.fraction > 0 ? max(1, Int(Double(quota.burst) * change.fraction)) : 0)
      }
      return rates + Double(burst)
    }
  }

  @Test("in no window do more start than the rates over time and the largest burst", arguments: 0..<60, [false, true])
  func neverMore(seed: UInt64, isMerchants: Bool) {
    var random = SplitMix64(seed: seed)
    var run = Run(quota: Quota(requestsPerSecond: .random(in: 20...300, using: &random), burst: .random(in: 1...25, using: &random)))
    var pacer = Pacer<Int>(
      configuration: PacerConfiguration(
        quota: isMerchants ? .unlimited : run.quota, merchantQuotas: [isMerchants ? run.quota : .unlimited], concurrentRequestsMax: 100_000,
        adaptation: .fixed), now: .zero)
    pacer.submit(contentsOf: 0..<5000, merchant: 0)
    var now = Duration.zero
    var ready: [Int] = []
    while now < .seconds(4) {
      now += .microseconds(Int64.random(in: 0...60_000, using: &random))
      if Int.random(in: 0..<5, using: &random) == 0 {
        let fraction = Int.random(in: 0..<4, using: &random) == 0 ? 0 : Double.random(in: 0.01...1, using: &random)
        pacer.setQuota(fraction: fraction, now: now)
        run.changes.append((now, fraction))
      }
      ready.removeAll()
      _ = pacer.release(now: now, into: &ready)
      run.starts += Array(repeating: now, count: ready.count)
    }
    #expect(run.starts.count > 10)
    for first in run.starts.indices where first == 0 || run.starts[first - 1] < run.starts[first] {
      for last in run.starts.indices[first...] where last == run.starts.count - 1 || run.starts[last + 1] > run.starts[last] {
        let allowed = run.allowed(from: run.starts[first], to: run.starts[last])
        guard Double(last - first + 1) > allowed + 1e-6 else { continue }
        Issue.record("\(last - first + 1) between \(run.starts[first]) and \(run.starts[last]), allowed \(allowed), seed \(seed)")
        return
      }
    }
  }

  @Test("work that waits uses at least 95 % of what the parts allow", arguments: 0..<20)
  func usesIt(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var pacer = Pacer<Int>(
      configuration: PacerConfiguration(
        quota: Quota(requestsPerSecond: 200, burst: 20), concurrentRequestsMax: 100_000, adaptation: .fixed),
      now: .zero)
    pacer.submit(contentsOf: 0..<100_000, merchant: 0)
    var ready: [Int] = []
    var allowed = 0.0
    for second in 0..<60 {
      let fraction = Double.random(in: 0.2...1, using: &random)
      pacer.setQuota(fraction: fraction, now: .seconds(second))
      allowed += 200 * fraction
      for step in 0..<200 { _ = pacer.release(now: .seconds(second) + .milliseconds(5 * step), into: &ready) }
    }
    #expect(Double(ready.count) >= 0.95 * allowed)
    #expect(Double(ready.count) <= allowed + 20)
  }
}
