import Pacing
import Testing

/// Issue 2, "what it must show", 3: the worker's quota against the gateway's.
@Suite("Pacer against a gateway with a quota")
struct PacerSettlingTests {
  private static let gateway = Quota(requestsPerSecond: 200, burst: 20)

  @Test("set to what the gateway grants: no throttle at all, at least 98 % used", arguments: 0..<5)
  func matching(seed: UInt64) {
    var run = GatewayRun(worker: Quota(requestsPerSecond: 200, burst: 10), gateway: Self.gateway, retryAfter: nil, seed: seed)
    run.run(until: .seconds(30))
    #expect(run.throttled == 0)
    #expect(Double(run.accepted) >= 0.98 * 200 * 30)
  }

  @Test(
    "set to twice that: settles with few throttles and most of the quota used",
    arguments: [(nil, 0.98, 0.002), (Duration.seconds(1), 0.9, 0.002)], 0..<5)
  func twice(gateway: (retryAfter: Duration?, used: Double, throttled: Double), seed: UInt64) {
    var run = GatewayRun(
      worker: Quota(requestsPerSecond: 400, burst: 10), gateway: Self.gateway, retryAfter: gateway.retryAfter, seed: seed)
    run.run(until: .seconds(15))
    let beforeSettled = run.throttled
    run.run(until: .seconds(135))
    let used = Double(run.accepted) / (200 * 120)
    let throttled = Double(run.throttled) / Double(run.accepted)
    #expect(used >= gateway.used, "used \(used)")
    #expect(throttled <= gateway.throttled, "throttled \(throttled)")
    #expect(beforeSettled < 50, "before it settled: \(beforeSettled)")
  }

  @Test("when the gateway grants more again, the worker finds out", arguments: 0..<3)
  func recovers(seed: UInt64) {
    var run = GatewayRun(worker: Quota(requestsPerSecond: 400, burst: 10), gateway: Self.gateway, retryAfter: nil, seed: seed)
    run.run(until: .seconds(60))
    run.setGatewayRate(1000)
    run.run(until: .seconds(180))
    #expect(run.pacer.snapshot.requestsPerSecond == 400)
  }
}
