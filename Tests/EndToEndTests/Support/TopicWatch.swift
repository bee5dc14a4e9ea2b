import Kafka
import Records

/// Reads one topic from its beginning on, while others write to it.
final class TopicWatch: Sendable {
  let records = Watched<[ReadRecord]>([])
  private let consumer: KafkaConsumer
  private let topic: String

  init(_ topic: String, partitions: Int, of lane: Lane) throws {
    self.topic = topic
    let all = (0..<Int32(partitions)).map { PartitionOffset(TopicPartition(topic: topic, partition: $0), offset: 0) }
    consumer = try KafkaConsumer(
      configuration: KafkaConsumerConfiguration(
        bootstrapServers: lane.bootstrapServers, subscription: .assignment(all), clientID: "e2e-watch",
        properties: ["fetch.wait.max.ms": "10", "reconnect.backoff.max.ms": "200"].merging(lane.properties) { $1 }),
      logger: .silent)
    Task { [consumer, records] in
      while let batch = try? await consumer.nextBatch(BatchLimits(linger: .zero)) {
        let read = batch.records.map { ReadRecord($0, in: batch) }
        records.update { $0 += read }
        consumer.finish(batch)
      }
    }
  }

  deinit {
    let consumer = consumer
    Task { _ = await consumer.close(timeout: .seconds(2)) }
  }

  /// Reads on to the topic's present ends and gives all there is. Nothing has been removed from it.
  func all() async throws -> [ReadRecord] {
    let count = Int(try await consumer.endOffsets(topic).values.reduce(0, +))
    return try await records.wait(for: "all \(count) records of \(topic)") { $0.count >= count ? $0 : nil }
  }

  /// Stops reading and waits for the end of it.
  func close() async { _ = await consumer.close(timeout: .seconds(2)) }
}
