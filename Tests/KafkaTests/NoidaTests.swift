import Kafka
import KafkaTestKit
import Logging
import Records
import Testing

/// Against a broker in a process of its own; each test has a fresh one.
@Suite(.timeLimit(.minutes(2)), .enabled(if: NoidaBroker.executable != nil, "noida-db is not installed"), .serialized)
struct NoidaTests {
  private let logger: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
  }()

  private func broker() async throws -> NoidaBroker {
    let broker = try NoidaBroker()
    try await broker.start()
    return broker
  }

  @Test func commitAndResumeAcrossARestart() async throws {
    let broker = try await broker()
    try await roundTrip(bootstrapServers: broker.bootstrapServers, properties: NoidaBroker.clientProperties, logger: logger) {
      try await broker.restart(.terminate)
    }
    broker.stop()
  }
}

/// Against any real cluster, named by `KAFKA_TEST_BOOTSTRAP`.
@Suite(.timeLimit(.minutes(2)), .enabled(if: realCluster != nil, "KAFKA_TEST_BOOTSTRAP is not set"))
struct RealClusterTests {
  @Test func commitAndResume() async throws {
    try await roundTrip(bootstrapServers: try #require(realCluster), properties: [:], logger: Logger(label: "test")) {}
  }
}

/// Creates a topic, writes, reads half in a group, closes, does `between`, and reads the rest as another member of the group.
private func roundTrip(
  bootstrapServers: String, properties: [String: String], logger: Logger, between: () async throws -> Void
) async throws {
  let topic = "checkout-test-\(UInt64.random(in: 0 ... .max))"
  let admin = try KafkaAdmin(bootstrapServers: bootstrapServers, logger: logger)
  try await admin.createTopics([NewTopic(name: topic, partitionsCount: 2, replication: 1, properties: ["retention.ms": "3600000"])])
  try await admin.createTopics([NewTopic(name: topic, partitionsCount: 2, replication: 1)])  // again: no error
  try await admin.waitUntilReady([topic])
  #expect(try await admin.metadata([topic]).topics.first?.partitions.count == 2)

  let producer = try KafkaProducer(configuration: .init(bootstrapServers: bootstrapServers, topics: [topic]), logger: logger)
  var records = OutgoingRecords()
  for number in 0..<200 {
    records.append(topic: topic, partition: Int32(number % 2), key: nil, value: { $0 += Array("\(number)".utf8) }) { headers in
      PackedHeaders.append(name: "n".utf8, value: [UInt8(number)], to: &headers)
      PackedHeaders.append(name: "null".utf8, value: [UInt8]?.none, to: &headers)
    }
  }
  #expect(try await producer.send(records).isComplete)
  #expect(await producer.close().isClean)

  func member(_ stop: KafkaConsumerConfiguration.StopCondition) throws -> KafkaConsumer {
    try KafkaConsumer(
      configuration: .init(
        bootstrapServers: bootstrapServers, subscription: .group(id: topic, topics: [topic]), stop: stop, properties: properties),
      logger: logger)
  }
  let first = try member(.init(recordsMax: 100))
  var seen: [String] = []
  while let batch = try await first.nextBatch(BatchLimits(recordsMax: 30)) {
    seen += batch.texts
    first.finish(batch)
    for record in batch.records { #expect(batch.headers(of: record).map { $0.value?.count } == [1, nil]) }
  }
  #expect(seen.count == 100)
  #expect(await first.close().isClean)
  _ = await admin.close()
  try await between()
  let second = try member(.init(atEndOffsets: true))
  while let batch = try await second.nextBatch() {
    seen += batch.texts
    second.finish(batch)
  }
  #expect(seen.sorted() == (0..<200).map(String.init).sorted())
  #expect(await second.close().isClean)
}
