import Audit
import CheckoutSession
import Kafka
import Logging

/// The topics of an audit: their partitions, where these end, and how far the group is. Nobody joins the group.
struct AuditTopics: Sendable {
  let names: AuditTopicNames
  /// Reads them.
  let scan: TopicScan
  private let bootstrapServers: String
  private let properties: [String: String]
  private let logger: Logger

  /// - Throws: ``SecretFileError``.
  init(assembly: WorkerAssembly, logger: Logger) throws(SecretFileError) {
    names = assembly.auditTopicNames
    bootstrapServers = assembly.configuration.kafka.bootstrapServers
    properties = try assembly.kafkaProperties()
    scan = try TopicScan(
      assembly: assembly, clientID: "checkout-worker-audit", groupID: assembly.configuration.kafka.groupId, logger: logger)
    self.logger = logger
  }

  /// Every partition of every topic.
  /// - Throws: `KafkaError`, naming the first topic that does not exist.
  func partitions() async throws(KafkaError) -> [TopicPartition] {
    let admin = try KafkaAdmin(bootstrapServers: bootstrapServers, properties: properties, logger: logger)
    let found: Result<[TopicPartition], KafkaError>
    do throws(KafkaError) {
      _ = try await admin.probe(timeout: TopicScan.questionMax)
      let metadata = try await admin.metadata(names.all, timeout: TopicScan.questionMax)
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
    try await scan.ask { consumer throws(KafkaError) in
      let committed = try await consumer.committed(partitions.filter { $0.topic == names.requests }, timeout: TopicScan.questionMax)
      return Dictionary(uniqueKeysWithValues: committed.map { ($0.key.partition, $0.value) })
    }
  }

  /// What is to be read of every partition: up to where it ends now, from where the range needs it.
  func stretches(_ range: AuditRange) async throws(KafkaError) -> AuditStretches {
    try await scan.ask { consumer throws(KafkaError) in
      var stretches = AuditStretches()
      for topic in names.all {
        let held = try await consumer.bounds(topic, timeout: TopicScan.questionMax)
        var begins = held.mapValues(\.lowerBound)
        if let from = topic == names.requests ? range.since : range.answersFrom {
          begins = try await consumer.offsets(since: from.millisecondsSinceEpoch, in: held, timeout: TopicScan.questionMax)
        }
        for (partition, held) in held {
          let from = topic == names.requests ? range.fromOffsets[partition.partition] : nil
          stretches.add(partition, held: held, begin: max(begins[partition] ?? held.lowerBound, from ?? 0))
        }
      }
      return stretches
    }
  }
}
