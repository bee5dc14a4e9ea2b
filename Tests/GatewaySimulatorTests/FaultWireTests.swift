import CheckoutSession
import Testing

@testable import GatewaySimulator

/// Faults as a raw client sees them.
@Suite(.timeLimit(.minutes(1))) struct FaultWireTests {
  private func scenario(_ kind: FaultKind, hangFor: Duration? = nil) -> Scenario {
    .with { scenario in
      scenario.createFaults = FaultRates([kind: 1])
      scenario.slowDripFor = .milliseconds(40)
      scenario.hangFor = hangFor
    }
  }

  @Test(arguments: [FaultKind.resetBeforeRead, .resetAfterCreate]) func resets(_ kind: FaultKind) async throws {
    try await TestServer.run(scenario(kind)) { server in
      let outcome = await RawClient.exchange(server.simulator.port, TestServer.post())
      #expect(outcome.end == .reset)
      #expect(outcome.text.isEmpty)
      #expect(server.simulator.sessions().map(\.answer) == (kind == .resetAfterCreate ? [.lost] : []))
      #expect(server.simulator.stats().requests["POST /sessions"] == ["reset": 1])
    }
  }

  @Test(arguments: [
    FaultKind.error500, .error502, .error503, .error504, .error500AfterCreate, .htmlBody, .emptyBody, .wrongHost, .tokenExpired,
  ])
  func keepsTheConnection(_ kind: FaultKind) async throws {
    try await TestServer.run(scenario(kind)) { server in
      let outcome = await RawClient.exchange(server.simulator.port, TestServer.post() + TestServer.post(), answers: 2)
      #expect(outcome.end == .enough)
      #expect(server.simulator.stats().faults == [kind: 2])
      #expect(outcome.text.contains("content-type: text/html") == (kind == .htmlBody))
    }
  }

  @Test func drips() async throws {
    try await TestServer.run(scenario(.slowDrip)) { server in
      let outcome = await RawClient.exchange(server.simulator.port, TestServer.post(), answers: 1)
      #expect(outcome.end == .enough)
      #expect(outcome.pieces > 2)
      #expect(outcome.text.contains("hostedUrl"))
    }
  }

  @Test func cutsOff() async throws {
    try await TestServer.run(scenario(.cutOffBody)) { server in
      let outcome = await RawClient.exchange(server.simulator.port, TestServer.post())
      #expect(outcome.end == .closed)
      #expect(outcome.text.hasPrefix("HTTP/1.1 202"))
      #expect(outcome.text.contains("sessionId"))
      #expect(!outcome.text.hasSuffix("}}"))
      #expect(server.simulator.sessions().map(\.answer) == [.lost])
    }
  }

  @Test func hangsUntilItGivesUp() async throws {
    try await TestServer.run(scenario(.hang, hangFor: .milliseconds(20))) { server in
      let outcome = await RawClient.exchange(server.simulator.port, TestServer.post() + TestServer.post())
      #expect(outcome.end == .closed)
      #expect(outcome.text.isEmpty)
      #expect(server.simulator.sessions().isEmpty)
      // The second request waited for the first one's answer, so it was never looked at.
      #expect(server.simulator.stats().requests["POST /sessions"] == ["noAnswer": 1])
    }
  }

  @Test func refusesConnectionsDuringAnOutage() async throws {
    let window = ScenarioWindow(from: .seconds(10), to: .seconds(20))
    try await TestServer.run(.with { $0.outages = [Outage(window: window, kind: .refuse)] }) { server in
      let port = server.simulator.port
      #expect(await RawClient.exchange(port, TestServer.post(), answers: 1).end == .enough)
      server.time.advance(by: .seconds(10))
      await server.simulator.clockMoved()
      #expect(await RawClient.exchange(port, TestServer.post(), answers: 1).end == .refused)
      server.time.advance(by: .seconds(10))
      await server.simulator.clockMoved()
      let outcome = await RawClient.exchange(port, TestServer.post(transaction: "order-2"), answers: 1)
      #expect(outcome.end == .enough)
      #expect(server.simulator.sessions().count == 2)
    }
  }

  @Test func anOutageResetsOpenConnections() async throws {
    let window = ScenarioWindow(from: .seconds(10), to: .seconds(20))
    try await TestServer.run(.with { $0.outages = [Outage(window: window, kind: .refuse)] }) { server in
      let port = server.simulator.port
      // The client's first answer triggers the outage; the connection that it still holds is then reset.
      let outcome = await RawClient.exchange(port, TestServer.post()) { text in
        if text.contains("hostedUrl") {
          server.time.advance(by: .seconds(10))
          Task { await server.simulator.clockMoved() }
        }
        return false
      }
      #expect(outcome.end == .reset)
    }
  }

  @Test func latencyDelaysTheAnswerAndTheClientMayLeave() async throws {
    try await TestServer.run(.with { $0.createLatency = .fixed(.seconds(3600)) }) { server in
      let port = server.simulator.port
      let client = Task { await RawClient.exchange(port, TestServer.post()) }
      while server.simulator.sessions().isEmpty { await Task.yield() }
      #expect(server.simulator.sessions().map(\.answer) == [.pending])
      client.cancel()
      _ = await client.value
      while server.simulator.sessions().first?.answer == .pending { await Task.yield() }
      #expect(server.simulator.sessions().map(\.answer) == [.lost])
    }
  }
}
