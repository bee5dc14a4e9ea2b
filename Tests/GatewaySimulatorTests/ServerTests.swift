import CheckoutSession
import Testing

@testable import GatewaySimulator

/// HTTP itself and the simulator's own pages, on the wire.
@Suite(.timeLimit(.minutes(1))) struct ServerTests {
  @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
    try await TestServer.run { server in
      let requests = (0..<20).map { TestServer.post(transaction: "order-\($0)") }.joined()
      let outcome = await RawClient.exchange(server.simulator.port, requests, answers: 20)
      #expect(outcome.end == .enough)
      let ids = outcome.text.split(separator: #"{"url":"/sessions/"#).dropFirst().map { String($0.prefix(36)) }
      #expect(ids == server.simulator.sessions().map(\.id))
      #expect(server.simulator.sessions().map(\.merchantTransactionID) == (0..<20).map { "order-\($0)" })
      #expect(server.simulator.stats().connectionsTotal == 1)
    }
  }

  @Test func latencyKeepsTheOrder() async throws {
    try await TestServer.run(.with { $0.createLatency = .uniform(from: .zero, to: .milliseconds(4)) }) { server in
      let requests = (0..<10).map { TestServer.post(transaction: "order-\($0)") }.joined()
      let outcome = await RawClient.exchange(server.simulator.port, requests, answers: 10)
      let ids = outcome.text.split(separator: #"{"url":"/sessions/"#).dropFirst().map { String($0.prefix(36)) }
      #expect(ids == server.simulator.sessions().map(\.id))
    }
  }

  @Test func closesWhenAsked() async throws {
    try await TestServer.run { server in
      let outcome = await RawClient.exchange(server.simulator.port, TestServer.post(extra: "Connection: close\r\n"))
      #expect(outcome.end == .closed)
      #expect(outcome.text.contains("connection: close"))
      #expect(server.simulator.sessions().map(\.answer) == [.sent])
    }
  }

  @Test func bodiesAreBounded() async throws {
    try await TestServer.run(configure: { $0.bodyBytesMax = 1024 }) { server in
      let request = TestServer.request("POST", "/v1/sessions", body: String(repeating: "x", count: 1025))
      let outcome = await RawClient.exchange(server.simulator.port, request)
      #expect(outcome.text.hasPrefix("HTTP/1.1 413"))
      #expect(outcome.end == .closed)
    }
  }

  @Test func saysContinueToWhoeverAsks() async throws {
    try await TestServer.run { server in
      let outcome = await RawClient.exchange(server.simulator.port, TestServer.post(extra: "Expect: 100-continue\r\n")) {
        $0.contains("hostedUrl")
      }
      #expect(outcome.text.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202"))
    }
  }

  @Test func garbageIsAnsweredAndClosed() async throws {
    try await TestServer.run { server in
      let outcome = await RawClient.exchange(server.simulator.port, "this is not HTTP\r\n\r\n")
      #expect(outcome.text.contains("400"))
      #expect(outcome.end == .closed)
    }
  }

  @Test func sessionsAreServedAsLines() async throws {
    try await TestServer.run { server in
      let count = SimulatorEngine.pageSize + 10
      let requests = (0..<count).map { TestServer.post(transaction: "order-\($0)") }.joined()
      _ = await RawClient.exchange(server.simulator.port, requests, answers: count)
      let all = await RawClient.exchange(server.simulator.port, get("sessions")) { $0.hasSuffix("0\r\n\r\n") }
      #expect(all.text.split(whereSeparator: \.isNewline).count { $0.hasPrefix(#"{"id":"#) } == count)
      let one = await RawClient.exchange(server.simulator.port, get("sessions?merchantTransactionId=order-7")) { $0.hasSuffix("0\r\n\r\n") }
      let line = try #require(one.text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("{") })
      let record = try JSONDocument.parse(Array(line.utf8)[...], limits: .answer).root
      #expect(record["merchantTransactionId"]?.string == "order-7")
      #expect(record["status"]?.string == "ACCEPTED")
      #expect(record["answer"]?.string == "sent")
      let none = await RawClient.exchange(server.simulator.port, get("sessions?since=2031-01-01T00%3A00%3A00Z")) {
        $0.hasSuffix("0\r\n\r\n")
      }
      #expect(none.text.hasPrefix("HTTP/1.1 200"))
      #expect(!none.text.contains(#"{"id":"#))
      for query in ["since=yesterday", "status=DONE", "color=red"] {
        #expect(await RawClient.exchange(server.simulator.port, get("sessions?\(query)"), answers: 1).text.hasPrefix("HTTP/1.1 400"))
      }
    }
  }

  @Test func statisticsCountWhatWasSeen() async throws {
    try await TestServer.run { server in
      let requests = TestServer.post() + TestServer.post() + TestServer.post(transaction: "order-2") + get("stats")
      let outcome = await RawClient.exchange(server.simulator.port, requests, answers: 4)
      let json = try #require(outcome.text.split(separator: "\r\n\r\n").last)
      let root = try JSONDocument.parse(Array(json.utf8)[...], limits: .answer).root
      #expect(root["sessions"]?.int == 3)
      #expect(root["requests"]?["POST /sessions"]?["202"]?.int == 3)
      #expect(root["sessionsPerTransaction"]?["1"]?.int == 1)
      #expect(root["sessionsPerTransaction"]?["2"]?.int == 1)
      #expect(root["repeatedTransactions"]?.elements.map { $0["merchantTransactionId"]?.string } == ["order-1"])
      #expect(root["peakRequestsPerSecond"]?.int == 3)
    }
  }

  @Test func resetForgetsAndLoadReplaces() async throws {
    try await TestServer.run { server in
      let port = server.simulator.port
      _ = await RawClient.exchange(port, TestServer.post(), answers: 1)
      let reset = await RawClient.exchange(port, TestServer.request("POST", "/__simulator/reset"), answers: 1)
      #expect(reset.text.hasPrefix("HTTP/1.1 204"))
      #expect(server.simulator.sessions().isEmpty)
      let yaml = "tokens: {required: false}\nfaults: {create: {error503: 1}}\n"
      let load = await RawClient.exchange(port, TestServer.request("POST", "/__simulator/scenario", body: yaml), answers: 1)
      #expect(load.text.hasPrefix("HTTP/1.1 204"))
      #expect(await RawClient.exchange(port, TestServer.post(), answers: 1).text.hasPrefix("HTTP/1.1 503"))
      #expect(await RawClient.exchange(port, get("scenario"), answers: 1).text.hasSuffix(yaml))
      let bad = await RawClient.exchange(port, TestServer.request("POST", "/__simulator/scenario", body: "qouta: 1"), answers: 1)
      #expect(bad.text.hasPrefix("HTTP/1.1 400"))
      #expect(bad.text.contains("qouta: unknown key"))
    }
  }

  @Test func aTakenPortIsNamed() async throws {
    try await TestServer.run { server in
      var configuration = SimulatorConfiguration()
      configuration.port = server.simulator.port
      let error = await #expect(throws: SimulatorError.self) { try await GatewaySimulator.start(configuration) }
      #expect(error?.code == .bind)
      #expect(error?.description.contains("127.0.0.1:\(server.simulator.port)") == true)
    }
  }

  @Test func configurationProblemsComeAllAtOnce() async {
    var configuration = SimulatorConfiguration()
    configuration.port = 70_000
    configuration.threads = 0
    configuration.timeScale = .nan
    configuration.hostedURLOrigin = "http://wallet"
    configuration.sessionsMax = 0
    configuration.bodyBytesMax = 1
    let error = await #expect(throws: SimulatorError.self) { try await GatewaySimulator.start(configuration) }
    #expect(error?.code == .configuration)
    #expect(error?.problems.count == 6)
  }

  @Test func severalThreadsShareOneState() async throws {
    try await TestServer.run(configure: { $0.threads = 3 }) { server in
      let port = server.simulator.port
      await withTaskGroup { group in
        for client in 0..<6 {
          let requests = (0..<50).map { TestServer.post(transaction: "order-\(client)-\($0)") }.joined()
          group.addTask { _ = await RawClient.exchange(port, requests, answers: 50) }
        }
      }
      #expect(server.simulator.sessions().count == 300)
      #expect(server.simulator.stats().sessionsPerTransaction == [1: 300])
    }
  }

  private func get(_ page: String) -> String { TestServer.request("GET", "/__simulator/\(page)") }
}
