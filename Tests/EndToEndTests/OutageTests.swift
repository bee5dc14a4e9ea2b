import Glibc
import KafkaTestKit
import Testing

extension EndToEndTests {
  /// What the worker depends on goes away while it works, and comes back.
  @Suite struct OutageTests {
    /// A broker of its own, because it is restarted.
    @Test(.enabled(if: EndToEndEnvironment.realCluster == nil, "nobody restarts a real cluster"))
    func aBrokerRestartLosesNothing() async throws {
      let simulator = try EndToEndEnvironment.shared.simulator
      try await simulator.begin(Scenarios.slow)
      let broker = try NoidaBroker()
      try await broker.start()
      defer { broker.stop(.kill) }
      let environment = try EndToEndEnvironment.shared
      let lane = try Lane(
        "restart", bootstrapServers: broker.bootstrapServers,
        properties: environment.properties.merging(["reconnect.backoff.max.ms": "500"]) { $1 },
        gatewayPort: simulator.port)
      try await lane.createTopics()
      let reader = try TopicReader(lane)
      let requests = TestRequest.payments("restart", 3000)
      try await lane.publish(requests)
      let worker = try lane.worker(["run"])
      _ = try await worker.whileRunning { try await reader.replies(atLeast: 400) }
      // The worker stands still meanwhile: noida-db loses what it acknowledges between SIGTERM and its end, which no client could know of. Its connections
      // break, its place in the group is gone, and what it has asked the broker before may or may not have happened.
      worker.signal(SIGSTOP)
      _ = try await reader.allReplies()
      try await broker.restart(.terminate)
      worker.signal(SIGCONT)

      let wanted = Set(requests.map(\.key))
      let replies = try await worker.whileRunning {
        try await reader.records.wait(for: "a reply to every request", timeout: .seconds(60)) { records -> [ReadReply]? in
          guard records.count >= wanted.count else { return nil }
          let replies = try records.filter { $0.topic == lane.replies }.map(ReadReply.init)
          return Set(replies.map(\.requestID)) == wanted ? replies : nil
        }
      }
      #expect(replies.allSatisfy { $0.outcome == "CREATED" })
      expectIdentical(replies)
      try await expectTruth(replies, simulator)
      #expect(reader.deadLetterRecords.isEmpty)
      worker.signal(SIGTERM)
      #expect(try await worker.end(within: .seconds(25)) == .exited(0))
      #expect(try await lane.lag() == 0)
      await reader.close()
    }

    @Test func aGatewayOutageGivesNothingUp() async throws {
      let lane = try await Lane.shared("outage", scenario: Scenarios.slow)
      let simulator = try EndToEndEnvironment.shared.simulator
      let reader = try TopicReader(lane)
      let requests = TestRequest.payments("outage", 2000)
      try await lane.publish(requests)
      // Few attempts: an outage must not use them up. Not two, because a request that is reset when the outage begins may meet the closing port once more.
      let worker = try lane.worker(["run"], settings: ["creation.maxAttempts": "4", "creation.batchDeadline": "15s"])
      _ = try await worker.whileRunning { try await reader.replies(atLeast: 300) }
      try await simulator.goOn("\(Scenarios.slow)\noutages: [{from: 0s, to: 4s, kind: refuse}]\n")
      try await worker.line(containing: "the gateway cannot be reached")
      try await worker.line(containing: "the gateway can be reached again")
      let replies = try await worker.whileRunning { try await reader.replies(atLeast: requests.count) }
      #expect(Set(replies.map(\.requestID)) == Set(requests.map(\.key)))
      #expect(replies.count == requests.count && replies.allSatisfy { $0.outcome == "CREATED" })
      #expect(reader.deadLetterRecords.isEmpty)
      try await expectTruth(replies, simulator)
      worker.signal(SIGTERM)
      #expect(try await worker.end(within: .seconds(25)) == .exited(0))
      #expect(try await lane.lag() == 0)
      await reader.close()
    }
  }
}
