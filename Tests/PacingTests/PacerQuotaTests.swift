import Pacing
import Testing

/// `Pacer.setQuota` and `Pacer.pause`: the part of the gateway's quota that this process may use changes while it works.
@Suite("Pacer with a changing part of the quota")
struct PacerQuotaTests {
  @Test("rate and burst become the fraction, of the global bucket and of the merchants'")
  func fraction() {
    var pacer = Pacer<Int>(
      configuration: .init(
        quota: Quota(requestsPerSecond: 100, burst: 10), merchantQuotas: [.unlimited, Quota(requestsPerSecond: 10, burst: 4)]), now: .zero)
    pacer.setQuota(fraction: 0.5, now: .zero)
    #expect(pacer.snapshot.quotaFraction == 0.5)
    #expect(pacer.snapshot.requestsPerSecond == 50)
    pacer.submit(contentsOf: 100..<110, merchant: 1)
    #expect(started(&pacer, at: .zero).count == 2)
    pacer.submit(contentsOf: 0..<10, merchant: 0)
    #expect(started(&pacer, at: .zero).count == 3)
    // 5 per second of the merchant's, 50 of all.
    #expect(started(&pacer, at: .milliseconds(200)) == [3, 102, 4, 5, 6])
  }

  @Test(
    "requests in flight become the fraction too, rounded down, at least 1; those in flight beyond it end first",
    arguments: [(1, 8), (0.5, 4), (0.49, 3), (0.01, 1), (0, 0)])
  func slots(fraction: Double, expected: Int) {
    var pacer = Pacer<Int>(configuration: .init(quota: .unlimited, concurrentRequestsMax: 8), now: .zero)
    pacer.submit(contentsOf: 0..<100, merchant: 0)
    #expect(started(&pacer, at: .zero).count == 8)
    pacer.setQuota(fraction: fraction, now: .zero)
    #expect(pacer.snapshot.slots == expected)
    for _ in expected..<8 {
      #expect(started(&pacer, at: .zero).isEmpty)
      pacer.finished(merchant: 0, .ok, now: .zero)
    }
    #expect(pacer.inFlight == expected)
    #expect(started(&pacer, at: .zero).isEmpty)
    pacer.setQuota(fraction: 1, now: .zero)
    #expect(started(&pacer, at: .zero).count == 8 - expected)
  }

  @Test(
    "what several may start at once, and have in flight, adds up to the whole and one less than there are of them; of two to the whole, if it is more than 1",
    arguments: 0..<50, [1, 2, 3, 10, 64])
  func parts(seed: UInt64, whole: Int) {
    var random = SplitMix64(seed: seed)
    let count = Int.random(in: 2...6, using: &random)
    let weights = (0..<count).map { _ in pow2(Int.random(in: 0...7, using: &random)) * Double.random(in: 0.5...1, using: &random) }
    let total = weights.reduce(0, +) * 1.000_001
    let (bursts, slots) = weights.reduce(into: (0, 0)) { sums, weight in
      let fraction = weight / total
      var bursty = Pacer<Int>(
        configuration: .init(quota: Quota(requestsPerSecond: 1, burst: whole), concurrentRequestsMax: 100_000), now: .zero)
      bursty.submit(contentsOf: 0..<1000, merchant: 0)
      bursty.setQuota(fraction: fraction, now: .zero)
      sums.0 += started(&bursty, at: .zero).count
      var slow = Pacer<Int>(configuration: .init(quota: .unlimited, concurrentRequestsMax: whole), now: .zero)
      slow.submit(contentsOf: 0..<1000, merchant: 0)
      slow.setQuota(fraction: fraction, now: .zero)
      sums.1 += started(&slow, at: .zero).count
    }
    let most = count == 2 && whole > 1 ? whole : whole + count - 1
    #expect(bursts <= most && slots <= most, "\(bursts) and \(slots) of \(whole), \(weights)")
    #expect(bursts >= count && slots >= count, "nobody is left without any")
  }

  @Test("a smaller burst takes tokens away, a larger one does not give any, and a missing one stays missing")
  func burst() {
    var pacer = Pacer<Int>(configuration: .init(quota: Quota(requestsPerSecond: 10, burst: 10)), now: .zero)
    pacer.submit(contentsOf: 0..<100, merchant: 0)
    pacer.setQuota(fraction: 0.2, now: .zero)
    pacer.setQuota(fraction: 1, now: .zero)
    #expect(started(&pacer, at: .zero).count == 2)
    #expect(started(&pacer, at: .milliseconds(350)).count == 3)
    pacer.setQuota(fraction: 0.5, now: .milliseconds(350))
    // Half a token was there; the other half takes 100 ms at 5 per second.
    #expect(started(&pacer, at: .milliseconds(449)).isEmpty)
    #expect(started(&pacer, at: .milliseconds(451)).count == 1)
  }

  @Test(
    "at 0 nothing starts and there is no time to call again; afterwards tokens come at the new rate, without a burst",
    arguments: [
      Quota(requestsPerSecond: 100, burst: 10), .unlimited,
    ])
  func stop(quota: Quota) {
    var pacer = Pacer<Int>(configuration: .init(quota: quota), now: .zero)
    pacer.submit(contentsOf: 0..<1000, merchant: 0)
    pacer.retry(7, merchant: 0, notBefore: .seconds(1))
    pacer.setQuota(fraction: 0, now: .zero)
    var ready: [Int] = []
    #expect(pacer.release(now: .seconds(100), into: &ready) == nil)
    #expect(ready.isEmpty)
    pacer.setQuota(fraction: 0.5, now: .seconds(200))
    _ = pacer.release(now: .seconds(200), into: &ready)
    if quota.isUnlimited {
      #expect(ready.count == 32)
      #expect(pacer.snapshot.requestsPerSecond == .infinity)
    } else {
      #expect(ready.isEmpty)
      #expect(started(&pacer, at: .milliseconds(200_020)).count == 1)
    }
  }

  @Test("fractions outside of 0...1 are moved to its ends", arguments: [(-1, 0), (.nan, 0), (2, 1), (.infinity, 1)])
  func range(fraction: Double, expected: Double) {
    var pacer = Pacer<Int>(now: .zero)
    pacer.setQuota(fraction: fraction, now: .zero)
    #expect(pacer.snapshot.quotaFraction == expected)
  }

  @Test("a merchant that waits for its own quota starts sooner when the part grows, later when it shrinks")
  func blockedMerchant() {
    let quota = Quota(requestsPerSecond: 1, burst: 1)
    var pacer = Pacer<Int>(configuration: .init(quota: .unlimited, merchantQuotas: [quota]), now: .zero)
    pacer.submit(contentsOf: 0..<9, merchant: 0)
    pacer.setQuota(fraction: 0.1, now: .zero)
    var ready: [Int] = []
    // A tenth is not exact in binary.
    #expect(abs((pacer.release(now: .zero, into: &ready) ?? .zero) / .seconds(10) - 1) < 1e-12)
    pacer.setQuota(fraction: 1, now: .seconds(5))
    let wake = pacer.release(now: .seconds(5), into: &ready) ?? .zero
    #expect(wake >= .milliseconds(5500) && wake <= .milliseconds(5501))
    pacer.setQuota(fraction: 0.1, now: .seconds(5))
    #expect(pacer.release(now: .milliseconds(5501), into: &ready) ?? .zero >= .milliseconds(10_000))
    #expect(ready == [0])
  }

  @Test("a change every second leaves merchants their turns")
  func turns() {
    let quota = Quota(requestsPerSecond: 50, burst: 1)
    var pacer = Pacer<Int>(
      configuration: .init(quota: Quota(requestsPerSecond: 2, burst: 1), merchantQuotas: [quota, quota, quota]), now: .zero)
    for merchant in 0..<3 { pacer.submit(contentsOf: 0..<50, merchant: merchant) }
    for second in 0..<60 {
      pacer.setQuota(fraction: second.isMultiple(of: 2) ? 0.5 : 0.6, now: .seconds(second))
      _ = started(&pacer, at: .seconds(second))
    }
    let counts = pacer.snapshot.merchants.map(\.started)
    #expect((counts.min() ?? 0) > 0 && (counts.max() ?? 0) - (counts.min() ?? 0) <= 2, "\(counts)")
  }

  @Test("a pause that another process was asked for stops everything until its end, then one goes; it is never shortened")
  func pause() {
    var pacer = Pacer<Int>(configuration: .init(quota: Quota(requestsPerSecond: 100, burst: 10)), now: .zero)
    #expect(pacer.snapshot.pausedUntil == nil)
    pacer.submit(contentsOf: 0..<20, merchant: 0)
    pacer.pause(until: .seconds(4))
    pacer.pause(until: .seconds(2))
    pacer.setQuota(fraction: 0.5, now: .seconds(1))
    #expect(pacer.snapshot.pausedUntil == .seconds(4))
    #expect(started(&pacer, at: .milliseconds(3999)).isEmpty)
    #expect(started(&pacer, at: .milliseconds(4001)).count == 1)
    #expect(started(&pacer, at: .milliseconds(4021)).count == 1)
  }

  @Test("a change of the part during a pause neither ends it nor adds a burst at its end", arguments: [0.0, 0.1, 0.9])
  func changeDuringPause(fraction: Double) {
    var pacer = Pacer<Int>(configuration: .init(quota: Quota(requestsPerSecond: 100, burst: 10)), now: .zero)
    pacer.submit(contentsOf: 0..<20, merchant: 0)
    pacer.pause(until: .seconds(4))
    pacer.setQuota(fraction: fraction, now: .seconds(1))
    pacer.setQuota(fraction: 1, now: .seconds(2))
    #expect(started(&pacer, at: .milliseconds(3999)).isEmpty)
    #expect(started(&pacer, at: .milliseconds(4001)).count == 1)
  }

  @Test("a rate that throttles lowered stays what it is, capped by the part")
  func adaptation() {
    var pacer = Pacer<Int>(configuration: .init(quota: Quota(requestsPerSecond: 100, burst: 1)), now: .zero)
    pacer.submit(0, merchant: 0)
    _ = started(&pacer, at: .zero)
    pacer.finished(merchant: 0, .throttled(retryAfter: nil), now: .zero)
    #expect(pacer.snapshot.requestsPerSecond == 50)
    pacer.setQuota(fraction: 0.8, now: .zero)
    #expect(pacer.snapshot.requestsPerSecond == 50)
    pacer.setQuota(fraction: 0.2, now: .zero)
    #expect(pacer.snapshot.requestsPerSecond == 20)
    _ = started(&pacer, at: .seconds(3600))
    pacer.setQuota(fraction: 0.8, now: .seconds(3600))
    #expect(pacer.snapshot.requestsPerSecond == 50)
    // It recovers by 2 % of what it may at most have, from the moment on at which it could: not for the hour that it could not.
    _ = started(&pacer, at: .seconds(3601))
    #expect(abs(pacer.snapshot.requestsPerSecond - 51.6) < 0.01)
    _ = started(&pacer, at: .seconds(3700))
    #expect(pacer.snapshot.requestsPerSecond == 80)
    pacer.setQuota(fraction: 1, now: .seconds(3700))
    #expect(pacer.snapshot.requestsPerSecond == 100)
  }

  private func pow2(_ exponent: Int) -> Double { Double(1 << exponent) }

  private func started(_ pacer: inout Pacer<Int>, at now: Duration) -> [Int] {
    var ready: [Int] = []
    _ = pacer.release(now: now, into: &ready)
    return ready
  }
}
