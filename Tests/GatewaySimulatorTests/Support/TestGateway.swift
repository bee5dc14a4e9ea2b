import CheckoutSession
import NIOHTTP1

@testable import GatewaySimulator

/// An engine without a network, in virtual time.
struct TestGateway {
  static let merchant = "b955db5e-aef2-47de-bbb9-c80b9cc16e8f"
  static let otherMerchant = "11111111-2222-4333-8444-555555555555"
  static let token = "ready-token"
  static let headers: HTTPHeaders = [
    "Authorization": "Bearer \(token)", "X-Merchant-Id": merchant, "X-Upstream-Env": "stage", "Content-Type": "application/json",
  ]

  var engine: SimulatorEngine
  /// 2030-01-01T12:00:00Z.
  private(set) var now: Int64 = 1_893_499_200_000_000_000

  init(_ scenario: Scenario = Scenario(), seed: UInt64 = 1, timeScale: Double = 1, sessionsMax: Int = 100_000) {
    var configuration = SimulatorConfiguration()
    configuration.scenario = scenario
    configuration.scenario.tokens.accepted.insert(Self.token)
    configuration.seed = seed
    configuration.timeScale = timeScale
    configuration.sessionsMax = sessionsMax
    engine = SimulatorEngine(configuration: configuration, at: now)
  }

  mutating func advance(by duration: Duration) { now += duration.wholeNanoseconds }

  mutating func post(_ body: [UInt8], headers: HTTPHeaders = Self.headers) -> Plan {
    engine.plan(for: IncomingRequest(method: .POST, uri: "/api/checkout/v1/sessions", headers: headers, body: body), at: now)
  }

  mutating func post(_ mode: SessionMode, transaction: String = "order-1") -> Plan {
    post(RequestBodies.body(mode, transaction: transaction))
  }

  mutating func get(_ id: String, headers: HTTPHeaders = Self.headers) -> Plan {
    engine.plan(for: IncomingRequest(method: .GET, uri: "/api/checkout/v1/sessions/\(id)", headers: headers), at: now)
  }

  /// Makes a session and returns its id.
  mutating func make(_ mode: SessionMode, transaction: String = "order-1") -> String {
    _ = post(mode, transaction: transaction)
    return records.last?.id ?? "no session was made"
  }

  var records: [SessionRecord] {
    var records: [SessionRecord] = []
    var start: Int? = 0
    while let index = start {
      let page = engine.page(from: index, SessionFilter(), at: now)
      records += page.records
      start = page.next
    }
    return records
  }
  var statistics: SimulatorStatistics { engine.statistics(at: now) }
}

extension TestGateway {
  /// The headers with some changed; nil takes one away.
  static func headers(_ changes: [String: String?]) -> HTTPHeaders {
    var headers = Self.headers
    for (name, value) in changes {
      if let value { headers.replaceOrAdd(name: name, value: value) } else { headers.remove(name: name) }
    }
    return headers
  }
}

extension Plan {
  var status: Int { Int(answer.status.code) }
  var text: String { String(decoding: answer.body, as: UTF8.self) }
}

extension Scenario {
  /// A scenario in which something is changed.
  static func with(_ change: (inout Scenario) -> Void) -> Scenario {
    var scenario = Scenario()
    change(&scenario)
    return scenario
  }

  /// A scenario whose sessions all end in one way after one time.
  static func ending(_ weights: FateWeights, after duration: Duration = .seconds(60)) -> Scenario {
    .with { $0.sessions.ending = .init(weights: weights, timeToEnd: .fixed(duration)) }
  }
}
