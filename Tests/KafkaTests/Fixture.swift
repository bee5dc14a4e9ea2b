import Kafka
import KafkaTestKit
import Logging
import Records

/// A mock cluster with one topic, and clients for it.
struct Fixture {
  let cluster: MockCluster
  let topic: String
  var logger: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
  }()

  init(partitions: Int = 1, brokersCount: Int = 1, topic: String = "requests") throws {
    cluster = try MockCluster(brokersCount: brokersCount, logger: logger)
    self.topic = topic
    try cluster.createTopic(topic, partitions: partitions, replication: 1)
  }

  func producer(
    properties: [String: String] = [:], configure: (inout KafkaProducerConfiguration) -> Void = { _ in }
  ) throws -> KafkaProducer {
    var configuration = KafkaProducerConfiguration(
      bootstrapServers: cluster.bootstrapServers, topics: [topic], linger: .zero,
      properties: MockCluster.producerProperties.merging(properties) { $1 })
    configure(&configuration)
    return try KafkaProducer(configuration: configuration, logger: logger)
  }

  /// A consumer of all of the topic's `partitions` from the beginning, without a group unless `groupID` is given.
  func consumer(
    partitions: Int32 = 1, from offset: Int64 = PartitionOffset.beginning, groupID: String? = nil,
    configure: (inout KafkaConsumerConfiguration) -> Void = { _ in }
  ) throws -> KafkaConsumer {
    let places = (0..<partitions).map { PartitionOffset(TopicPartition(topic: topic, partition: $0), offset: offset) }
    return try consumer(.assignment(places, groupID: groupID), configure: configure)
  }

  func consumer(
    _ subscription: KafkaConsumerConfiguration.Subscription, configure: (inout KafkaConsumerConfiguration) -> Void = { _ in }
  ) throws -> KafkaConsumer {
    var configuration = KafkaConsumerConfiguration(
      bootstrapServers: cluster.bootstrapServers, subscription: subscription, properties: MockCluster.consumerProperties)
    configure(&configuration)
    return try KafkaConsumer(configuration: configuration, logger: logger)
  }

  /// `count` records with their number as key and value.
  func numbered(_ range: Range<Int>, partition: Int32? = 0) -> OutgoingRecords {
    var records = OutgoingRecords()
    for number in range {
      let text = Array("\(number)".utf8)
      records.append(topic: topic, partition: partition, key: text[...], value: { $0 += text }, headers: { _ in })
    }
    return records
  }
}

extension RecordBatch {
  /// Values as text.
  var texts: [String] { records.map { value(of: $0).map { String(decoding: $0, as: UTF8.self) } ?? "nil" } }
}

/// Reads until `count` records have come; gives their values in order, per call finishing each batch.
func read(_ count: Int, from consumer: KafkaConsumer, limits: BatchLimits = BatchLimits(linger: .milliseconds(1))) async throws
  -> [RecordBatch]
{
  var batches: [RecordBatch] = []
  while batches.reduce(0, { $0 + $1.records.count }) < count {
    guard let batch = try await consumer.nextBatch(limits) else { break }
    batches.append(batch)
  }
  return batches
}
