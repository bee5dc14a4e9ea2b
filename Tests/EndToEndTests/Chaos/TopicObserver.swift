import CheckoutSession
import Kafka
import Records

/// Reads all topics of a lane into ``ObservedTopics`` while the fleet works.
final class TopicObserver: Sendable {
  let topics: Watched<ObservedTopics>
  private let consumer: KafkaConsumer
  private let lane: Lane

  init(_ lane: Lane) throws {
    self.lane = lane
    topics = Watched(ObservedTopics(requests: lane.requests, replies: lane.replies, deadLetters: lane.deadLetters))
    let partitioned = [lane.requests, lane.replies, lane.statuses].flatMap { topic in
      (0..<Int32(lane.partitions)).map { TopicPartition(topic: topic, partition: $0) }
    }
    consumer = try KafkaConsumer(
      configuration: KafkaConsumerConfiguration(
        bootstrapServers: lane.bootstrapServers,
        subscription: .assignment(
          (partitioned + [TopicPartition(topic: lane.deadLetters, partition: 0)]).map { PartitionOffset($0, offset: 0) }),
        clientID: "chaos-observer",
        properties: ["fetch.wait.max.ms": "100", "reconnect.backoff.max.ms": "200"].merging(lane.properties) { $1 }),
      logger: .silent)
    Task { [consumer, topics] in
      while let batch = try? await consumer.nextBatch(BatchLimits(linger: .milliseconds(50))) {
        let now = WallClock.system.now()
        let read = batch.records.map { ReadRecord($0, in: batch) }
        topics.update { $0.take(read, seenAt: now) }
        consumer.finish(batch)
      }
    }
  }

  /// Reads on to the present ends of all topics.
  func catchUp() async throws -> ObservedTopics {
    var recordsCount: Int64 = 0
    for topic in [lane.requests, lane.replies, lane.statuses, lane.deadLetters] {
      recordsCount += try await consumer.endOffsets(topic).values.reduce(0, +)
    }
    let wanted = Int(recordsCount)
    return try await topics.wait(for: "all \(wanted) records of the topics") { $0.recordsCount >= wanted ? $0 : nil }
  }

  func close() async { _ = await consumer.close(timeout: .seconds(2)) }
}
