import CheckoutSession
import Testing

@testable import GatewaySimulator

@Suite struct ScenarioFileTests {
  @Test(arguments: ["calm", "mixed-faults", "quota-200"]) func shippedScenariosAreRight(_ name: String) throws {
    #expect(try Scenario(contentsOfFile: Fixture.scenarioPath("\(name).yaml")).name == name)
  }

  @Test func everyKeyIsRead() throws {
    let scenario = try Scenario(
      yaml: """
        name: all
        description: every key
        latency:
          create: {uniform: {from: 1ms, to: 2ms}}
          status: {percentiles: {p50: 10ms, p99: 1s}}
          token: 5ms
        quota: {requestsPerSecond: 50.5, burst: 7, retryAfter: date, merchants: {AAA: {requestsPerSecond: 1, burst: 2}}}
        faults:
          slowDripFor: 3s
          hangFor: 1m
          create: {hang: 0.25}
          status: {unknownStatus: 0.5}
          token: {error500: 0.125}
        outages: [{from: 1m, to: 2m, kind: 503, routes: [token]}, {from: 3m, to: 4m, kind: refuse}]
        rateLimitBursts: [{from: 1s, to: 2s, share: 0.5, retryAfter: seconds}]
        tokens:
          lifetime: 10m
          expireAllAt: [2m, 1m]
          required: false
          accepted: [ready]
          clients: [{id: a, secret: b, scope: c, merchants: [ABC]}]
        sessions:
          lifetime: 5m
          acceptedFor: 1s
          visibilityDelay: 2s
          flatCompletedShare: 1
          fates:
            default: {completed: 1, abandoned: 3, timeToEnd: 30s}
            PAYMENT: {failed: 1}
            PAYMENT_METHOD_DISPLAY: {canceled: 1, abandoned: 1, timeToEnd: {fixed: 9s}}
        """)
    #expect(scenario.name == "all")
    #expect(scenario.createLatency == .uniform(from: .milliseconds(1), to: .milliseconds(2)))
    #expect(
      scenario.statusLatency == .percentiles([.init(share: 0.5, duration: .milliseconds(10)), .init(share: 0.99, duration: .seconds(1))]))
    #expect(
      scenario.quota
        == QuotaRule(
          limit: .init(requestsPerSecond: 50.5, burst: 7), merchants: ["aaa": .init(requestsPerSecond: 1, burst: 2)], retryAfter: .date))
    #expect(scenario.slowDripFor == .seconds(3) && scenario.hangFor == .seconds(60))
    #expect(scenario.createFaults == FaultRates([.hang: 0.25]))
    #expect(scenario.statusFaults == FaultRates([.unknownStatus: 0.5]))
    #expect(
      scenario.outages == [
        Outage(window: .init(from: .seconds(60), to: .seconds(120)), kind: .unavailable, routes: [.token]),
        Outage(window: .init(from: .seconds(180), to: .seconds(240)), kind: .refuse),
      ])
    #expect(
      scenario.rateLimitBursts == [RateLimitBurst(window: .init(from: .seconds(1), to: .seconds(2)), share: 0.5, retryAfter: .seconds)])
    var tokens = TokenRules()
    tokens.lifetime = .seconds(600)
    tokens.expireAllAt = [.seconds(60), .seconds(120)]
    tokens.required = false
    tokens.accepted = ["ready"]
    tokens.clients = [.init(id: "a", secret: "b", scope: "c", merchants: ["abc"])]
    tokens.latency = .fixed(.milliseconds(5))
    tokens.error500 = 0.125
    #expect(scenario.tokens == tokens)
    var sessions = SessionRules()
    sessions.lifetime = .seconds(300)
    sessions.acceptedFor = .fixed(.seconds(1))
    sessions.visibilityDelay = .fixed(.seconds(2))
    sessions.flatCompletedShare = 1
    sessions.ending = .init(weights: FateWeights(completed: 1, abandoned: 3), timeToEnd: .fixed(.seconds(30)))
    sessions.endings[.payment] = .init(weights: FateWeights(failed: 1), timeToEnd: .fixed(.seconds(30)))
    sessions.endings[.paymentMethodDisplay] = .init(weights: FateWeights(canceled: 1, abandoned: 1), timeToEnd: .fixed(.seconds(9)))
    #expect(scenario.sessions == sessions)
  }

  static let mistakes: [(yaml: String, problem: String)] = [
    ("qouta: {}", "s.yaml:1:1: qouta: unknown key; known here: dateSkew, description, faults, latency,"),
    ("dateSkew: -1", "s.yaml:1:11: dateSkew: must be a number and a unit"),
    ("\nfaults:\n  create: {eror500: 1}", "s.yaml:3:12: faults.create.eror500: unknown key"),
    ("faults: {status: {wrongHost: 0.1}}", "faults.status.wrongHost: unknown key"),
    ("faults: {create: {error500: 1.5}}", "faults.create.error500: must be a number between 0 and 1, got 1.5"),
    ("faults: {create: {error500: 0.7, hang: 0.7}}", "faults.create: the shares together must be at most 1"),
    ("latency: {create: fast}", "latency.create: must be a number and a unit"),
    ("latency: {create: {fixed: 1s, uniform: {from: 1s, to: 2s}}}", "latency.create: must hold exactly one of"),
    ("latency: {create: {}}", "latency.create: must hold exactly one of"),
    ("latency: {create: {uniform: {from: 2s, to: 1s}}}", "latency.create.uniform.to: must not be less than from"),
    ("latency: {create: {uniform: {from: 2s}}}", "latency.create.uniform.to: is required"),
    ("latency: {create: {lognormal: {median: 2s, p99: 1s}}}", "latency.create.lognormal.p99: must not be less than median"),
    ("latency: {create: {percentiles: {p50: 2s, p90: 1s}}}", "latency.create.percentiles: durations must grow"),
    ("latency: {create: {percentiles: {p500: 2s}}}", "latency.create.percentiles.p500: unknown key"),
    ("quota: {burst: 1}", "quota.requestsPerSecond: is required"),
    ("quota: {requestsPerSecond: 0, burst: 1}", "quota.requestsPerSecond: must be a number between"),
    ("quota: {requestsPerSecond: 1, retryAfter: soon}", "quota.retryAfter: must be one of none, seconds, date, got soon"),
    ("outages: [{from: 2m, to: 1m}]", "outages[0].to: must be later than from"),
    ("outages: [{from: 2m}]", "outages[0].to: is required"),
    ("outages: [{from: 1m, to: 2m, kind: refuse, routes: [token]}]", "outages[0].routes: a port that refuses"),
    ("outages: [{from: 1m, to: 2m, routes: [all]}]", "outages[0].routes: must be some of create, status, token, got all"),
    ("outages: {from: 1m}", "outages: must be a list"),
    ("tokens: {clients: [{secret: x}]}", "tokens.clients[0].id: is required"),
    ("tokens: {required: maybe}", "tokens.required: must be true or false, got maybe"),
    ("sessions: {fates: {PAY: {completed: 1}}}", "sessions.fates.PAY: unknown key"),
    ("sessions: {fates: {default: {completed: 0}}}", "sessions.fates.default: at least one weight"),
    ("sessions: {fates: {PAYMENT_METHOD_DISPLAY: {completed: 1}}}", "sessions.fates.PAYMENT_METHOD_DISPLAY: nothing completes"),
    ("sessions: {lifetime: 0s}", "sessions.lifetime: must be more than 0"),
    ("[1, 2]", "must be a mapping"),
    ("a: [", "is not YAML"),
    ("name: a\nname: b", "is not YAML"),
  ]

  @Test(arguments: mistakes) func mistakesAreNamed(_ row: (yaml: String, problem: String)) {
    let error = #expect(throws: SimulatorError.self) { try Scenario(yaml: row.yaml, name: "s.yaml") }
    #expect(error?.problems.contains { $0.contains(row.problem) } == true, "\(error?.description ?? "no error")")
    #expect(error?.problems.allSatisfy { $0.hasPrefix("s.yaml:") } == true)
  }

  @Test func allProblemsComeAtOnceInTheOrderOfTheFile() {
    let yaml = "zzz: 1\nquota: {requestsPerSecond: -1, brust: 2}\nsessions: {acceptedFor: never}\naaa: 1\n"
    let error = #expect(throws: SimulatorError.self) { try Scenario(yaml: yaml, name: "s.yaml") }
    #expect(error?.problems.count == 5)
    #expect(error?.problems.compactMap { $0.split(separator: ":").dropFirst().first } == ["1", "2", "2", "3", "4"])
  }

  @Test func missingFileIsNamed() {
    let error = #expect(throws: SimulatorError.self) { try Scenario(contentsOfFile: "/nowhere/x.yaml") }
    #expect(error?.code == .unreadable)
    #expect(error?.description.contains("/nowhere/x.yaml") == true)
  }

  @Test func nothingIsADefaultScenario() throws {
    #expect(try Scenario(yaml: "", name: "default") == Scenario())
    #expect(try Scenario(yaml: "quota:\n  requestsPerSecond: 30").quota?.limit.burst == 3)
  }

  @Test(
    arguments: [
      ("250ms", Duration.milliseconds(250)), ("1.5s", .milliseconds(1500)), ("15m", .seconds(900)), ("2h", .seconds(7200)),
      ("20us", .microseconds(20)), ("0s", .zero), ("5", nil), ("ms", nil), ("-1s", nil), ("1 s", nil), ("1d", nil), ("1e3s", nil),
      ("", nil),
      ("9999h", nil),
    ] as [(String, Duration?)]) func durations(text: String, expected: Duration?)
  {
    #expect(DurationText.parse(text) == expected)
  }
}
