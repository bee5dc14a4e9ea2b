import Kafka
import KafkaTestKit
import Logging
import Testing

@Suite(.timeLimit(.minutes(1))) struct AdminTests {
  private let logger: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
  }()

  @Test func metadataAndReadiness() async throws {
    let fixture = try Fixture(partitions: 3, brokersCount: 2)
    let admin = try KafkaAdmin(bootstrapServers: fixture.cluster.bootstrapServers, logger: logger)
    #expect(try await admin.probe().count == 2)
    try await admin.waitUntilReady([fixture.topic])
    let topic = try #require(try await admin.metadata().topics.first)
    #expect(topic.name == fixture.topic)
    #expect(topic.partitions.map(\.id) == [0, 1, 2])
    #expect(topic.isReady)
    fixture.cluster.setError(.unknownTopicOrPartition, forTopic: "absent")
    let error = await #expect(throws: KafkaError.self) { try await admin.waitUntilReady(["absent"], timeout: .milliseconds(200)) }
    #expect(error?.code == .timedOut)
    #expect(error?.topic == "absent")
    #expect(await admin.close().isClean)
    let closed = await #expect(throws: KafkaError.self) { _ = try await admin.metadata() }
    #expect(closed?.code == .closed)
  }

  @Test(
    arguments: [
      ("127.0.0.1:1", [:], "refused"), ("no-such-host.invalid:9092", [:], "no-such-host.invalid"),
      ("127.0.0.1:1", ["security.protocol": "ssl"], "127.0.0.1:1"),
    ] as [(String, [String: String], String)])
  func anUnreachableBrokerIsNamed(servers: String, properties: [String: String], text: String) async throws {
    let admin = try KafkaAdmin(bootstrapServers: servers, properties: properties, logger: logger)
    let error = await #expect(throws: KafkaError.self) { _ = try await admin.probe(timeout: .seconds(2)) }
    #expect(error?.code == .unreachable)
    #expect(error?.failureClass == .transient)
    #expect(error?.message.contains(text) == true, "\(error?.message ?? "")")
    _ = await admin.close()
  }

  @Test func plaintextBrokerBehindTLSClient() async throws {
    let fixture = try Fixture()
    let admin = try KafkaAdmin(
      bootstrapServers: fixture.cluster.bootstrapServers, properties: ["security.protocol": "ssl"], logger: logger)
    let error = await #expect(throws: KafkaError.self) { _ = try await admin.probe(timeout: .seconds(3)) }
    #expect(error?.message.contains("SSL") == true || error?.message.contains("ssl") == true, "\(error?.message ?? "")")
    _ = await admin.close()
  }
}
