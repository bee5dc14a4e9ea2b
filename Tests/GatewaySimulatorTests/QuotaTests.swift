import CheckoutSession
import Testing

@testable import GatewaySimulator

@Suite struct QuotaTests {
  private func scenario(
    rate: Double, burst: Int, merchants: [String: QuotaRule.Limit] = [:], retryAfter: QuotaRule.RetryAfter = .none
  ) -> Scenario {
    .with { $0.quota = QuotaRule(limit: .init(requestsPerSecond: rate, burst: burst), merchants: merchants, retryAfter: retryAfter) }
  }

  @Test(arguments: [(200.0, 20), (0.5, 1), (333.333, 7), (15_000, 1000)]) func exactlyRateTimesTimePlusBurst(rate: Double, burst: Int) {
    var bucket = ExactTokenBucket(.init(requestsPerSecond: rate, burst: burst), at: 0)
    // Somebody asks far too often for 20 seconds: every token is used, none is invented.
    let step: Int64 = 1_000_003
    var taken = 0
    for tick in 0..<20_000 {
      while bucket.take(at: Int64(tick) * step) { taken += 1 }
    }
    #expect(taken == burst + Int(Double(19_999 * step) * (rate * 1000).rounded() / 1e12))
  }

  @Test func noWindowOfRandomArrivalsHasMore() {
    var bucket = ExactTokenBucket(.init(requestsPerSecond: 100, burst: 10), at: 0)
    var random = KeyedRandom(seed: 3, key: StableKey("arrivals".utf8), ordinal: 0, purpose: .latency)
    var now: Int64 = 0
    var passed: [Int64] = []
    for _ in 0..<3000 {
      now += Int64(random.next() % 12_000_000)
      if bucket.take(at: now) { passed.append(now) }
    }
    for first in stride(from: 0, to: passed.count, by: 7) {
      for last in stride(from: first, to: passed.count, by: 5) {
        let allowed = Double(passed[last] - passed[first]) / 1e9 * 100 + 10
        #expect(Double(last - first + 1) <= allowed + 1e-6)
      }
    }
  }

  @Test func waitIsExact() {
    var bucket = ExactTokenBucket(.init(requestsPerSecond: 3, burst: 1), at: 0)
    #expect(bucket.take(at: 0) == true)
    let wait = bucket.waitNanoseconds(at: 0)
    #expect(wait == 333_333_334)
    #expect(bucket.take(at: wait - 1) == false)
    #expect(bucket.take(at: wait) == true)
  }

  @Test func timeThatRunsBackwardsRefillsNothing() {
    var bucket = ExactTokenBucket(.init(requestsPerSecond: 1, burst: 1), at: 1_000_000_000)
    #expect(bucket.take(at: 1_000_000_000) == true)
    #expect(bucket.take(at: 0) == false)
    #expect(bucket.take(at: 1_999_999_999) == false)
    #expect(bucket.take(at: 2_000_000_000) == true)
  }

  @Test func postsAndGetsShareIt() {
    var gateway = TestGateway(scenario(rate: 10, burst: 3))
    let id = gateway.make(.payment)
    #expect(gateway.get(id).status == 200)
    #expect(gateway.post(.payment).status == 202)
    #expect(gateway.post(.payment).status == 429)
    #expect(gateway.get(id).status == 429)
    gateway.advance(by: .milliseconds(100))
    #expect(gateway.get(id).status == 200)
    #expect(gateway.get(id).status == 429)
  }

  @Test(arguments: [(QuotaRule.RetryAfter.none, nil), (.seconds, "4"), (.date, "Tue, 01 Jan 2030 12:00:04 GMT")])
  func saysWhenToComeBack(kind: QuotaRule.RetryAfter, expected: String?) {
    var gateway = TestGateway(scenario(rate: 0.25, burst: 1, retryAfter: kind))
    _ = gateway.post(.payment)
    let plan = gateway.post(.payment)
    #expect(plan.status == 429)
    #expect(plan.answer.retryAfter == expected)
  }

  @Test func merchantsHaveTheirOwnInside() {
    let limit = QuotaRule.Limit(requestsPerSecond: 1, burst: 1)
    var gateway = TestGateway(scenario(rate: 1, burst: 3, merchants: [TestGateway.otherMerchant: limit]))
    let headers = TestGateway.headers(["X-Merchant-Id": TestGateway.otherMerchant.uppercased()])
    let body = RequestBodies.body(.payment, transaction: "a")
    #expect(gateway.post(body, headers: headers).status == 202)
    // Refused for its own quota, so it takes nothing of what the others may have.
    for _ in 0..<5 { #expect(gateway.post(body, headers: headers).status == 429) }
    #expect(gateway.post(body).status == 202)
    #expect(gateway.post(body).status == 202)
    #expect(gateway.post(body).status == 429)
  }

  @Test func meterFindsThePeakOfAnyWindow() {
    var gateway = TestGateway(scenario(rate: 10, burst: 5))
    // 8 requests in the last 100 ms of one second and 8 in the first 100 ms of the next: 16 in a second that no calendar knows.
    gateway.advance(by: .milliseconds(900))
    for _ in 0..<8 { _ = gateway.post(.payment) }
    gateway.advance(by: .milliseconds(200))
    for _ in 0..<8 { _ = gateway.post(.payment) }
    gateway.advance(by: .seconds(10))
    _ = gateway.post(.payment)
    let statistics = gateway.statistics
    #expect(statistics.peakRequestsPerSecond == 16)
    // 16 in 0.2 s, where 10 × 0.2 + 5 = 7 were allowed.
    #expect(abs((statistics.quotaExcessPeak ?? 0) - 9) < 1e-9)
    #expect(statistics.requests(to: "POST /sessions") == 17)
  }

  @Test func meterForgetsWhatIsOlderThanASecond() {
    var meter = RateMeter()
    for tick in 0..<100_000 { meter.record(at: Int64(tick) * 1_000_000, requestsPerSecond: nil) }
    #expect(meter.peakPerSecond == 1000)
  }
}
