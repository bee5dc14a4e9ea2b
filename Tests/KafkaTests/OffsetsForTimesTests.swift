import Kafka
import KafkaTestKit
import Logging
import Records
import Testing

/// Where to begin for a moment, and reading single places, against a broker that answers questions of time.
@Suite(.timeLimit(.minutes(2)), .enabled(if: NoidaBroker.executable != nil, "noida-db is not installed"), .serialized)
struct OffsetsForTimesTests {
  private let logger: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
  }()

  @Test func whereAMomentBegins() async throws {
    let broker = try NoidaBroker()
    try await broker.start()
    let admin = try KafkaAdmin(bootstrapServers: broker.bootstrapServers, logger: logger)
    try await admin.createTopics([NewTopic(name: "t", partitionsCount: 3, replication: 1)])
    try await admin.waitUntilReady(["t"])
    _ = await admin.close()
    let producer = try KafkaProducer(configuration: .init(bootstrapServers: broker.bootstrapServers, topics: ["t"]), logger: logger)
    func send(_ count: Int, to partition: Int32) async throws {
      var records = OutgoingRecords()
      for number in 0..<count { records.append(topic: "t", partition: partition, key: nil, value: { $0 += "\(number)".utf8 }) { _ in } }
      #expect(try await producer.send(records).isComplete)
    }
    try await send(5, to: 0)
    try await send(4, to: 1)
    let consumer = try KafkaConsumer(
      configuration: .init(
        bootstrapServers: broker.bootstrapServers,
        subscription: .assignment([PartitionOffset(TopicPartition(topic: "t", partition: 0), offset: 4)]),
        properties: NoidaBroker.clientProperties),
      logger: logger)
    let last = try #require(try await consumer.nextBatch()?.records.last)
    // The next record is later than that one; both clocks are this machine's.
    while true {
      try await send(1, to: 0)
      let newest = try #require(try await consumer.nextBatch()?.records.last)
      if newest.timestampMilliseconds > last.timestampMilliseconds { break }
    }
    let bounds = try await consumer.bounds("t")
    let partitions = (0..<Int32(3)).map { TopicPartition(topic: "t", partition: $0) }
    #expect(bounds.count == 3 && bounds[partitions[1]] == 0..<4 && bounds[partitions[2]] == 0..<0)
    let end = try #require(bounds[partitions[0]]).upperBound

    let from = try await consumer.offsets(since: last.timestampMilliseconds + 1, in: bounds)
    let begin = try #require(from[partitions[0]])
    #expect(begin >= 5 && begin < end)
    #expect(from[partitions[2]] == 0)
    // Nothing is that late: partitions with records begin at their ends.
    #expect(try await consumer.offsets(since: last.timestampMilliseconds + 3_600_000, in: bounds) == bounds.mapValues(\.upperBound))
    #expect(try await consumer.offsets(since: 1, in: bounds) == bounds.mapValues(\.lowerBound))
    #expect(try await consumer.offsets(since: -7, in: bounds) == bounds.mapValues(\.lowerBound))
    _ = await consumer.close()
    _ = await producer.close()
    broker.stop()
  }

  @Test func singlePlacesFromABrokerThatIgnoresFetchSizes() async throws {
    let broker = try NoidaBroker()
    try await broker.start()
    let admin = try KafkaAdmin(bootstrapServers: broker.bootstrapServers, logger: logger)
    try await admin.createTopics([NewTopic(name: "t", partitionsCount: 2, replication: 1)])
    try await admin.waitUntilReady(["t"])
    _ = await admin.close()
    let producer = try KafkaProducer(configuration: .init(bootstrapServers: broker.bootstrapServers, topics: ["t"]), logger: logger)
    var records = OutgoingRecords()
    for number in 0..<3000 {
      records.append(topic: "t", partition: Int32(number % 2), key: nil, value: { $0 += "\(number)".utf8 }) { _ in }
    }
    #expect(try await producer.send(records).isComplete)
    let reader = try KafkaPlaceReader(
      bootstrapServers: broker.bootstrapServers, clientID: "test", properties: NoidaBroker.clientProperties, logger: logger)
    for _ in 0..<10 {
      let asked = (0..<100).map { _ in Int.random(in: 0..<3000) }
      let contents = try await reader.read(
        asked.map { PartitionOffset(TopicPartition(topic: "t", partition: Int32($0 % 2)), offset: Int64($0 / 2)) })
      for (number, content) in zip(asked, contents) {
        guard case .found(let record) = content else {
          Issue.record("\(number) was not found")
          continue
        }
        #expect(record.value == Array("\(number)".utf8))
      }
    }
    guard case .unknown = try await reader.read([PartitionOffset(TopicPartition(topic: "absent", partition: 0), offset: 0)])[0] else {
      Issue.record("a topic that does not exist has records")
      return
    }
    #expect(await reader.close().isClean)
    _ = await producer.close()
    broker.stop()
  }
}

@Suite(.timeLimit(.minutes(1))) struct OffsetsWithoutTimesTests {
  @Test func aBrokerThatCannotTellBeginsAtTheBeginning() async throws {
    let fixture = try Fixture(partitions: 2)
    let producer = try fixture.producer()
    _ = try await producer.send(fixture.numbered(0..<10, partition: 0))
    let consumer = try fixture.consumer(.assignment([]))
    let bounds = try await consumer.bounds(fixture.topic)
    #expect(bounds.values.map(\.upperBound).sorted() == [0, 10])
    #expect(try await consumer.offsets(since: 4_000_000_000_000, in: bounds) == bounds.mapValues(\.lowerBound))
    _ = await consumer.close()
    _ = await producer.close()
  }
}
