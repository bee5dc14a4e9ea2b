import Pacing
import Testing

@Suite("Token bucket")
struct TokenBucketTests {
  @Test("starts full, then grants one token an interval")
  func burstThenRate() {
    var bucket = TokenBucket(Quota(requestsPerSecond: 50, burst: 10))
    #expect(grants(&bucket, at: .zero) == 10)
    #expect(bucket.nextDue == .milliseconds(20))
    #expect(grants(&bucket, at: .nanoseconds(19_999_999)) == 0)
    #expect(grants(&bucket, at: .milliseconds(20)) == 1)
    #expect(grants(&bucket, at: .milliseconds(75)) == 2)
    #expect(grants(&bucket, at: .seconds(60)) == 10)
  }

  @Test("grants at nextDue and not an attosecond before", arguments: [0.001, 0.3, 1, 3, 7, 33.3, 50, 999.9, 123_456.7, 1_000_000])
  func nextDueIsSharp(rate: Double) {
    var bucket = TokenBucket(Quota(requestsPerSecond: rate, burst: 3))
    var now = Duration.zero
    for _ in 0..<100 {
      while bucket.take(now: now) {}
      now = bucket.nextDue
      #expect(bucket.take(now: now - Duration(attoseconds: 1)) == false)
      #expect(bucket.take(now: now) == true)
    }
  }

  @Test("does not drift: after hours at a rate that divides nothing evenly, each token is due when it should be")
  func noDrift() {
    let tokens = 7 * 3600 * 3
    var bucket = TokenBucket(Quota(requestsPerSecond: 7, burst: 1))
    var granted = 0
    for _ in 0..<tokens where bucket.take(now: bucket.nextDue.clamped) { granted += 1 }
    #expect(granted == tokens)
    let late = bucket.nextDue - .seconds(3 * 3600)
    #expect(late >= .zero)
    #expect(late <= Duration(attoseconds: Int128(tokens)))
  }

  @Test("over any interval never more than rate * t + burst", arguments: 0..<40)
  func bound(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let rate = Int.random(in: 1...2000, using: &random)
    let burst = Int.random(in: 1...30, using: &random)
    var bucket = TokenBucket(Quota(requestsPerSecond: Double(rate), burst: burst))
    var now = Duration.zero
    var times: [Duration] = []
    for _ in 0..<400 {
      now += .nanoseconds(Int64.random(in: 0...(6_000_000_000 / Int64(rate)), using: &random))
      for _ in 0..<Int.random(in: 1...12, using: &random) where bucket.take(now: now) { times.append(now) }
      if Int.random(in: 0..<50, using: &random) == 0 { bucket.pause(until: now + .milliseconds(Int64.random(in: 0...50, using: &random))) }
    }
    #expect(times.count > burst)
    for first in times.indices {
      for last in times.indices[first...] {
        let excess = Int128(last - first + 1 - burst) * 1_000_000_000_000_000_000
        guard excess > Int128(rate) * (times[last] - times[first]).attoseconds else { continue }
        Issue.record("\(last - first + 1) tokens between \(times[first]) and \(times[last]) at \(rate)/s, burst \(burst)")
        return
      }
    }
  }

  @Test("a pause grants nothing until its end, then one token and no burst; a shorter pause does not shorten it")
  func pause() {
    var bucket = TokenBucket(Quota(requestsPerSecond: 100, burst: 5))
    bucket.pause(until: .seconds(3))
    bucket.pause(until: .seconds(1))
    #expect(bucket.nextDue == .seconds(3))
    #expect(grants(&bucket, at: .nanoseconds(2_999_999_999)) == 0)
    #expect(grants(&bucket, at: .seconds(3)) == 1)
    #expect(grants(&bucket, at: .milliseconds(3040)) == 4)
  }

  @Test("an unlimited bucket grants everything, except in a pause")
  func unlimited() {
    var bucket = TokenBucket(.unlimited)
    var granted = 0
    for _ in 0..<100_000 where bucket.take(now: .zero) { granted += 1 }
    #expect(granted == 100_000)
    bucket.pause(until: .seconds(1))
    #expect(bucket.take(now: .milliseconds(999)) == false)
    #expect(bucket.take(now: .seconds(1)) == true)
    #expect(bucket.take(now: .seconds(1)) == true)
  }

  @Test("a change of rate keeps the tokens that are there")
  func changeOfRate() {
    var bucket = TokenBucket(Quota(requestsPerSecond: 100, burst: 10))
    #expect(grants(&bucket, at: .zero) == 10)
    // 4.5 tokens after 45 ms: four to take, half of one still there after the change.
    bucket.setRate(10, now: .milliseconds(45))
    #expect(grants(&bucket, at: .milliseconds(45) + .nanoseconds(1)) == 4)
    #expect(bucket.nextDue > .milliseconds(94))
    #expect(bucket.nextDue < .milliseconds(96))
    bucket.setRate(.infinity, now: .milliseconds(50))
    #expect(bucket.take(now: .milliseconds(50)) == true)
    bucket.setRate(10, now: .milliseconds(50))
    #expect(grants(&bucket, at: .milliseconds(50)) == 10)
  }

  @Test("a change of rate during a pause neither stretches nor shortens it", arguments: [10.0, 1000, .infinity])
  func changeOfRateDuringPause(rate: Double) {
    var bucket = TokenBucket(Quota(requestsPerSecond: 100, burst: 10))
    bucket.pause(until: .seconds(5))
    bucket.setRate(rate, now: .seconds(1))
    #expect(bucket.nextDue >= .seconds(5))
    #expect(bucket.nextDue <= .seconds(5) + .nanoseconds(1))
  }

  @Test("from unlimited to limited during a pause: still no burst at its end")
  func limitedDuringPause() {
    var bucket = TokenBucket(Quota(requestsPerSecond: .infinity, burst: 10))
    bucket.pause(until: .seconds(5))
    bucket.setRate(100, now: .seconds(1))
    #expect(grants(&bucket, at: .seconds(5)) == 1)
  }

  @Test(
    "a quota outside of its ranges is moved to their ends",
    arguments: [
      (0.0, 0, 0.001, 1), (-5, -5, 0.001, 1), (.nan, 1, 0.001, 1), (1e9, 1_000_000, 1e6, 100_000), (.infinity, 3, .infinity, 3),
    ])
  func ranges(rate: Double, burst: Int, expectedRate: Double, expectedBurst: Int) {
    let quota = Quota(requestsPerSecond: rate, burst: burst)
    #expect(quota.requestsPerSecond == expectedRate)
    #expect(quota.burst == expectedBurst)
  }

  @Test("the contract's default") func contractDefault() {
    #expect(Quota.standard == Quota(requestsPerSecond: 50, burst: 10))
    #expect(PacerConfiguration.standard.quota == .standard)
    #expect(PacerConfiguration.standard.concurrentRequestsMax == 64)
  }

  private func grants(_ bucket: inout TokenBucket, at now: Duration) -> Int {
    var count = 0
    while bucket.take(now: now) { count += 1 }
    return count
  }
}

extension Duration {
  /// A bucket that was never used is due in the distant past; a test that starts at zero means zero.
  fileprivate var clamped: Duration { max(self, .zero) }
}
