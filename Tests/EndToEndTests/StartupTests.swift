import CheckoutSession
import Glibc
import KafkaTestKit
import Testing

/// "It must show" 6: something that the worker needs cannot be reached when it starts. These mostly wait, so they run beside each other.
@Suite(.timeLimit(.minutes(3)), .enabled(if: NoidaBroker.executable != nil, "noida-db is not installed"))
struct StartupTests {
  /// Waits for two refused tries and checks that the second wait is longer than the first.
  private func expectBackoff(_ worker: RunningProcess, _ part: String) async throws {
    try await worker.line(containing: "\(part) cannot be reached yet", count: 2, timeout: .seconds(60))
    let waits = worker.output.now.errorLines.filter { $0.contains("\(part) cannot be reached yet") }.compactMap { line in
      (try? JSONDocument.parse(Array(line.utf8)[...]))?.root["again_in"]?.string?.split(separator: " ").first.flatMap { Double($0) }
    }
    #expect(waits.count >= 2 && waits[0] < waits[1], "\(waits)")
  }

  @Test func theBrokerComesLate() async throws {
    let simulator = try await SimulatorProcess.start()
    let broker = try NoidaBroker()
    let lane = try Lane(
      "late-broker", bootstrapServers: broker.bootstrapServers, properties: NoidaBroker.clientProperties, gatewayPort: simulator.port)
    let worker = try lane.worker(["run"])
    try await expectBackoff(worker, "broker")
    try await broker.start()
    defer { broker.stop(.kill) }
    try await lane.createTopics()
    try await worker.line(containing: "broker can be reached now", timeout: .seconds(60))
    let reader = try TopicReader(lane)
    try await lane.publish(TestRequest.payments("late-broker", 10))
    let replies = try await worker.whileRunning { try await reader.replies(atLeast: 10) }
    #expect(replies.allSatisfy { $0.outcome == "CREATED" })
    worker.signal(SIGTERM)
    #expect(try await worker.end(within: .seconds(25)) == .exited(0))
    await reader.close()
  }

  @Test func theGatewayComesLate() async throws {
    let cluster = try MockCluster()
    let port = try LoopbackHTTP.freePort()
    let lane = try Lane(
      "late-gateway", bootstrapServers: cluster.bootstrapServers, properties: MockCluster.consumerProperties, gatewayPort: port)
    try lane.createTopics(on: cluster)
    try await lane.publish(TestRequest.payments("late-gateway", 10))
    let worker = try lane.worker(["run"])
    try await expectBackoff(worker, "gateway")
    let simulator = try await SimulatorProcess.start(port: port)
    try await worker.line(containing: "gateway can be reached now", timeout: .seconds(60))
    let reader = try TopicReader(lane)
    let replies = try await worker.whileRunning { try await reader.replies(atLeast: 10) }
    #expect(replies.allSatisfy { $0.outcome == "CREATED" })
    worker.signal(SIGTERM)
    #expect(try await worker.end(within: .seconds(25)) == .exited(0))
    simulator.process.signal(SIGTERM)
    #expect(try await simulator.process.end() == .exited(0))
    await reader.close()
  }

  /// Nothing can be reached, and somebody stops it: that is no failure.
  @Test func sigtermEndsTheWait() async throws {
    let lane = try Lane(
      "nobody", bootstrapServers: "127.0.0.1:\(try LoopbackHTTP.freePort())", properties: [:], gatewayPort: try LoopbackHTTP.freePort())
    let worker = try lane.worker(["run"])
    try await expectBackoff(worker, "broker")
    worker.signal(SIGTERM)
    #expect(try await worker.end(within: .seconds(10)) == .exited(0))
  }

  /// A batch job whose scheduler looks at its exit code.
  @Test func aBatchJobGivesUpAndSaysTryAgainLater() async throws {
    let lane = try Lane(
      "job", bootstrapServers: "127.0.0.1:\(try LoopbackHTTP.freePort())", properties: [:], gatewayPort: try LoopbackHTTP.freePort())
    #expect(try await lane.drain(within: .seconds(120)) == .exited(75))
  }

  /// A client secret that the token endpoint refuses.
  @Test func aBatchJobWithAWrongSecretEndsWith77() async throws {
    let cluster = try MockCluster()
    let simulator = try await SimulatorProcess.start(
      scenario: "name: strict\ntokens: {clients: [{id: e2e, secret: the-right-one}]}\n")
    let lane = try Lane(
      "secret", bootstrapServers: cluster.bootstrapServers, properties: MockCluster.consumerProperties, gatewayPort: simulator.port)
    try lane.createTopics(on: cluster)
    try await lane.publish(TestRequest.payments("secret", 5))
    let worker = try lane.worker(["run", "--drain"])
    #expect(try await worker.end(within: .seconds(120)) == .exited(77))
    #expect(!worker.output.now.text.contains(Lane.clientSecret))
    #expect(try await simulator.sessions().isEmpty)
  }

  /// Credentials that are refused only when the worker is at work.
  @Test func aBatchJobThatIsRefusedLaterEndsWith77() async throws {
    let cluster = try MockCluster()
    let simulator = try await SimulatorProcess.start(scenario: "name: forbidding\nfaults: {create: {forbidden: 1}}\n")
    let lane = try Lane(
      "forbidden", bootstrapServers: cluster.bootstrapServers, properties: MockCluster.consumerProperties, gatewayPort: simulator.port)
    try lane.createTopics(on: cluster)
    try await lane.publish(TestRequest.payments("forbidden", 5))
    let reader = try TopicReader(lane)
    #expect(try await lane.drain() == .exited(77))
    #expect(reader.records.now.isEmpty, "nothing is given up for that")
    #expect(try await lane.lag() == 5)
    await reader.close()
  }
}
