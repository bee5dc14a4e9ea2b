import CheckoutSession
import GatewaySimulator

/// What the demo's gateway does: shoppers of all kinds, on a gateway's bad day.
enum DemoScenario {
  /// How many times faster the gateway's time runs: a session's 15 minutes are over in 15 seconds.
  static let timeScale = 60.0
  /// What the gateway grants for creating and asking together.
  static let requestsPerSecond = 700.0
  /// How long nobody can ask about sessions, in real time.
  static let outageSeconds = 1
  /// The client that gets a token.
  static let client = TokenRules.Client(id: "demo", secret: "demo-secret")

  /// The scenario. Its times are the gateway's own, but for latencies and the quota, which are real.
  static var scenario: Scenario {
    var scenario = Scenario()
    scenario.name = "demo"
    scenario.createLatency = .lognormal(median: .milliseconds(15), p99: .milliseconds(60), max: .milliseconds(200))
    scenario.statusLatency = .lognormal(median: .milliseconds(8), p99: .milliseconds(40), max: .milliseconds(200))
    // A little more than the worker is told, so that what it is told is what limits it; calls bunch up on a busy machine.
    scenario.quota = QuotaRule(limit: .init(requestsPerSecond: requestsPerSecond * 1.05, burst: 100), retryAfter: .seconds)
    scenario.createFaults = FaultRates([
      .error500AfterCreate: 0.01, .error503: 0.01, .resetAfterCreate: 0.01, .resetBeforeRead: 0.01, .cutOffBody: 0.005, .htmlBody: 0.005,
      .wrongHost: 0.005, .tokenExpired: 0.002,
    ])
    scenario.statusFaults = FaultRates([
      .error500: 0.01, .error503: 0.01, .resetAfterCreate: 0.01, .cutOffBody: 0.005, .htmlBody: 0.005, .slowDrip: 0.005,
      .duplicateKeys: 0.005, .unknownStatus: 0.005, .tokenExpired: 0.002,
    ])
    scenario.slowDripFor = .milliseconds(500)
    // Only who asks about sessions meets it: a POST that an outage cuts off leaves a session of which nobody can say whose fault it is.
    let outage = ScenarioWindow(from: .seconds(720), to: .seconds(720) + .seconds(outageSeconds) * timeScale)
    scenario.outages = [Outage(window: outage, kind: .unavailable, routes: [.status])]
    scenario.tokens.clients = [client]
    scenario.tokens.expireAllAt = [.seconds(600)]
    scenario.sessions.ending = SessionRules.Ending(
      weights: FateWeights(completed: 62, failed: 12, canceled: 10, abandoned: 16),
      timeToEnd: .lognormal(median: .seconds(120), p99: .seconds(700), max: .seconds(1800)))
    return scenario
  }
}
