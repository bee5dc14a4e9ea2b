import Kafka
import Logging

/// How far a consumer group is in the request topic, found without joining it.
struct GroupOffsets: Hashable, Sendable {
  /// How long one question to the brokers may take.
  static let timeout: Duration = .seconds(5)

  /// What the group has committed; partitions without a commit are missing.
  var committed: [TopicPartition: Int64]
  /// Where each partition ends.
  var ends: [TopicPartition: Int64]

  /// Asks the group's coordinator and the leaders of the request topic.
  static func read(
    kafka: WorkerConfiguration.Kafka, properties: [String: String], partitions: [TopicPartition], logger: Logger
  ) async -> Result<GroupOffsets, KafkaError> {
    do throws(KafkaError) {
      // An empty assignment of its own: the group's name is only used to ask for what was committed.
      let consumer = try KafkaConsumer(
        configuration: KafkaConsumerConfiguration(
          bootstrapServers: kafka.bootstrapServers, subscription: .assignment([], groupID: kafka.groupId),
          clientID: "checkout-worker-status",
          properties: properties),
        logger: logger)
      let offsets: Result<GroupOffsets, KafkaError>
      do throws(KafkaError) {
        let committed = try await consumer.committed(partitions, timeout: timeout)
        offsets = .success(GroupOffsets(committed: committed, ends: try await consumer.endOffsets(kafka.topics.requests, timeout: timeout)))
      } catch {
        offsets = .failure(telling(error, lastError: consumer.health.lastError))
      }
      _ = await consumer.close(timeout: .seconds(1))
      return offsets
    } catch {
      return .failure(error)
    }
  }

  /// A question to a coordinator that refuses us is only ever "timed out", because librdkafka keeps looking for the coordinator;
  /// why it does not find one comes as an event.
  private static func telling(_ error: KafkaError, lastError: KafkaError?) -> KafkaError {
    guard error.code == .timedOut, let lastError, lastError.failureClass == .configuration else { return error }
    return lastError
  }
}
