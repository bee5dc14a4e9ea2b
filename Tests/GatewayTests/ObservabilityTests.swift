import CheckoutSession
import Gateway
import Logging
import MetricsTestKit
import Synchronization
import Testing

/// Metrics count what happened; logs tell nothing they must not.
@Suite(.timeLimit(.minutes(1))) struct ObservabilityTests {
  typealias Support = GatewayTestSupport

  @Test func countsRequests() async throws {
    let metrics = TestMetrics()
    let server = try await ScriptedServer { request in
      request.body == "bad" ? [.send(Support.answer(400))] : [.send(Support.accepted)]
    }
    var configuration = Support.configuration(port: server.port)
    configuration.maxConcurrentRequests = 1
    let client = try GatewayClient(configuration: configuration, metrics: metrics)
    #expect(await client.create(3).allSatisfy { $0.outcome.isSuccess })
    #expect(await client.createOne(body: "bad").failure?.code == .invalidRequest)
    await client.shutdown()
    await server.stop()
    #expect(try metrics.expectCounter("checkout_gateway_requests_total", [("status", "2xx")]).totalValue == 3)
    #expect(try metrics.expectCounter("checkout_gateway_requests_total", [("status", "4xx")]).totalValue == 1)
    #expect(try metrics.expectCounter("checkout_gateway_connects_total", [("result", "opened")]).totalValue == 1)
    #expect(try metrics.expectTimer("checkout_gateway_request_duration_seconds").values.count == 4)
    #expect(try metrics.expectGauge("checkout_gateway_connections_open").lastValue == 1)
  }

  @Test func logsNoSecrets() async throws {
    let log = LogRecorder()
    let server = try await ScriptedServer { request in
      if request.head.hasPrefix("POST /token") {
        return [.send(Support.answer(200, body: #"{"access_token":"tok-SECRET","expires_in":100}"#))]
      }
      return [.send(request.body == "x" ? Support.answer(401) : Support.accepted)]
    }
    var configuration = Support.configuration(port: server.port)
    configuration.merchants[0].token = .clientCredentials(
      url: "http://127.0.0.1:\(server.port)/token", clientID: "id", clientSecret: .value(Secret("client-SECRET")), scope: nil)
    let client = try GatewayClient(configuration: configuration, logger: log.logger)
    #expect(await client.createOne(body: #"{"customer":"customer-SECRET"}"#).isSuccess)
    for _ in 0..<3 { _ = await client.createOne(body: "x") }
    await client.shutdown()
    await server.stop()
    let text = log.text
    #expect(text.contains("token obtained"))
    #expect(text.contains("refused a fresh token"))
    #expect(!text.contains("SECRET"))
    #expect(!text.contains("checkoutSessionId"))
  }
}
