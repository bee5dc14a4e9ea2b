import CheckoutSession
import NIOHTTP1
import Testing

@testable import GatewaySimulator

/// What stands before both calls: outages, bursts, token and headers.
@Suite struct GateTests {
  static let refusals: [(changes: [String: String?], status: Int, text: String)] = [
    (["Authorization": nil], 401, "access_token is missing"),
    (["Authorization": "Basic abc"], 401, "access_token is missing"),
    (["Authorization": "Bearer a.b.c"], 401, "invalid jwt"),
    (["Authorization": "Bearer abc"], 401, #"{"message":"Unauthorized"}"#),
    (["X-Merchant-Id": nil], 400, "X-Merchant-Id"),
    (["X-Merchant-Id": "shop"], 400, "X-Merchant-Id"),
    (["X-Upstream-Env": nil], 400, "X-Upstream-Env"),
    (["Content-Type": nil], 400, "Content-Type"),
    (["Content-Type": "text/plain"], 400, "Content-Type"),
  ]

  @Test(arguments: refusals) func headers(_ row: (changes: [String: String?], status: Int, text: String)) {
    var gateway = TestGateway()
    let id = gateway.make(.payment)
    for plan in [
      gateway.post(RequestBodies.body(.payment, transaction: "x"), headers: TestGateway.headers(row.changes)),
      gateway.get(id, headers: TestGateway.headers(row.changes)),
    ] {
      #expect(plan.status == row.status)
      #expect(plan.text.contains(row.text))
    }
    #expect(gateway.records.count == 1)
  }

  @Test func unavailableOnlyThenAndThere() {
    let window = ScenarioWindow(from: .seconds(600), to: .seconds(1200))
    var gateway = TestGateway(.with { $0.outages = [Outage(window: window, kind: .unavailable, routes: [.status])] }, timeScale: 60)
    let id = gateway.make(.payment)
    for (after, status) in [(Duration.seconds(0), 200), (.milliseconds(9_999), 200), (.milliseconds(1), 503), (.milliseconds(9_999), 503)] {
      gateway.advance(by: after)
      #expect(gateway.get(id).status == status)
      #expect(gateway.post(.payment).status == 202)
    }
    gateway.advance(by: .milliseconds(1))
    #expect(gateway.get(id).status != 503)
  }

  @Test func burstRefusesItsShare() {
    let window = ScenarioWindow(from: .seconds(1), to: .seconds(5))
    var gateway = TestGateway(.with { $0.rateLimitBursts = [RateLimitBurst(window: window, share: 0.5, retryAfter: .seconds)] })
    #expect(gateway.post(.payment).status == 202)
    gateway.advance(by: .seconds(2))
    let plans = (0..<2000).map { gateway.post(.payment, transaction: "order-\($0)") }
    let refused = plans.filter { $0.status == 429 }
    #expect((900...1100).contains(refused.count))
    #expect(refused.allSatisfy { $0.answer.retryAfter == "3" })
    #expect(gateway.statistics.quotaRefusals == refused.count)
    gateway.advance(by: .seconds(3))
    #expect(gateway.post(.payment).status == 202)
  }

  @Test func unknownPathsAndMethods() {
    var gateway = TestGateway()
    for (method, uri, status) in [
      (HTTPMethod.GET, "/v1/sessions", 405), (.DELETE, "/v1/sessions/a", 405), (.GET, "/oauth2/token", 405), (.GET, "/", 404),
      (.POST, "/v1/session", 404),
    ] {
      #expect(gateway.engine.plan(for: IncomingRequest(method: method, uri: uri), at: gateway.now).status == status)
    }
  }

  @Test(arguments: [
    ("/sessions", Destination.sessions), ("/api/financial/commerce/nonprodcheckout/v1/sessions?x=1", .sessions),
    ("/api/checkout/v1/sessions/abc", .session("abc")), ("/oauth2/token", .token), ("/a/oauth2/token", .token),
    ("/__simulator/sessions?since=1", .simulator("sessions", query: "since=1")), ("/__simulator/stats", .simulator("stats", query: "")),
    ("/a/sessions/", .nothing), ("", .nothing), ("*", .nothing), ("/a/b", .nothing),
  ]) func destination(uri: String, expected: Destination) {
    #expect(Destination(uri: uri) == expected)
  }
}
