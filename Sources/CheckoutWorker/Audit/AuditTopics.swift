import Audit
import CheckoutSession
import Kafka
import Logging

/// The topics of an audit: their partitions, where these end, and how far the group is. Nobody joins the group.
struct AuditTopics: Sendable {
  /// How long one question to the brokers may take.
  static let timeout: Duration = .seconds(10)

  let names: AuditTopicNames
  let kafka: WorkerConfiguration.Kafka
  let properties: [String: String]
  let logger: Logger

  /// Every partition of every topic.
  /// - Throws: `KafkaError`, naming the first topic that does not exist.
  func partitions() async throws(KafkaError) -> [TopicPartition] {
    let admin = try KafkaAdmin(bootstrapServers: kafka.bootstrapServers, properties: properties, logger: logger)
    let found: Result<[TopicPartition], KafkaError>
    do throws(KafkaError) {
      _ = try await admin.probe(timeout: Self.timeout)
      let metadata = try await admin.metadata(names.all, timeout: Self.timeout)
      var partitions: [TopicPartition] = []
      for topic in names.all { partitions += try metadata.partitions(of: topic) }
      found = .success(partitions.sorted())
    } catch {
      found = .failure(error)
    }
    _ = await admin.close(timeout: .seconds(1))
    return try found.get()
  }

  /// What the group has committed in the request topic, by partition.
  func committed(_ partitions: [TopicPartition]) async throws(KafkaError) -> [Int32: Int64] {
    try await ask { consumer throws(KafkaError) in
      let committed = try await consumer.committed(partitions.filter { $0.topic == names.requests }, timeout: Self.timeout)
      return Dictionary(uniqueKeysWithValues: committed.map { ($0.key.partition, $0.value) })
    }
  }

  /// What is to be read of every partition: up to where it ends now, from where the range needs it.
  func stretches(_ range: AuditRange) async throws(KafkaError) -> AuditStretches {
    try await ask { consumer throws(KafkaError) in
      var stretches = AuditStretches()
      for topic in names.all {
        let held = try await consumer.bounds(topic, timeout: Self.timeout)
        var begins = held.mapValues(\.lowerBound)
        if let from = topic == names.requests ? range.since : range.answersFrom {
          begins = try await consumer.offsets(since: from.millisecondsSinceEpoch, in: held, timeout: Self.timeout)
        }
        for (partition, held) in held {
          let from = topic == names.requests ? range.fromOffsets[partition.partition] : nil
          stretches.add(partition, held: held, begin: max(begins[partition] ?? held.lowerBound, from ?? 0))
        }
      }
      return stretches
    }
  }

  private func ask<Value: Sendable>(
    _ question: (KafkaConsumer) async throws(KafkaError) -> Value
  ) async throws(KafkaError) -> Value {
    let consumer = try KafkaConsumer(
      configuration: KafkaConsumerConfiguration(
        bootstrapServers: kafka.bootstrapServers, subscription: .assignment([], groupID: kafka.groupId), clientID: "checkout-worker-audit",
        properties: properties),
      logger: logger)
    let answer: Result<Value, KafkaError>
    do throws(KafkaError) {
      answer = .success(try await question(consumer))
    } catch {
      // Of a coordinator that refuses us librdkafka only says that time ran out; why comes as an event.
      let last = consumer.health.lastError
      answer = .failure(error.code == .timedOut && last?.failureClass == .configuration ? last ?? error : error)
    }
    _ = await consumer.close(timeout: .seconds(1))
    return try answer.get()
  }
}
