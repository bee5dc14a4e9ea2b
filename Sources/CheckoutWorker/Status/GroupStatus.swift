import CheckoutSession
import Kafka
import Logging

/// How far the group is in the request topic.
struct GroupStatus: Hashable, Sendable {
  /// `kafka.bootstrapServers`.
  var bootstrapServers: String
  /// `kafka.groupId`.
  var group: String
  /// `kafka.topics.requests`.
  var topic: String
  /// The partitions in order; nil if they are unknown, for ``failure``.
  var partitions: [PartitionLag]?
  /// Why the partitions are unknown.
  var failure: KafkaError?

  /// Records that are not committed, over all partitions; nil if that is unknown for one of them.
  var lag: Int64? {
    guard let partitions else { return nil }
    var sum: Int64 = 0
    for partition in partitions {
      guard let lag = partition.lag else { return nil }
      sum += lag
    }
    return sum
  }

  /// When the oldest record that is not committed was published; nil if there is none, or it is unknown.
  var oldestUncommitted: Timestamp? {
    let times = (partitions ?? []).compactMap { $0.oldest?.timestampMilliseconds }.filter { $0 >= 0 }
    return times.min().map(Timestamp.init(millisecondsSinceEpoch:))
  }

  /// The exit code for what is unknown.
  var status: ExitStatus { failure.map { PartFailure.exitStatus(for: $0) } ?? .done }

  /// Asks the brokers.
  static func read(kafka: WorkerConfiguration.Kafka, properties: [String: String], logger: Logger) async -> GroupStatus {
    var status = GroupStatus(bootstrapServers: kafka.bootstrapServers, group: kafka.groupId, topic: kafka.topics.requests)
    do throws(KafkaError) {
      let partitions = try await partitions(kafka: kafka, properties: properties, logger: logger)
      let offsets = try await GroupOffsets.read(kafka: kafka, properties: properties, partitions: partitions, logger: logger).get()
      let places = places(partitions, offsets)
      let oldest = await OldestRecords.read(places, kafka: kafka, properties: properties, logger: logger)
      status.partitions = partitions.sorted().map { partition in
        PartitionLag(
          partition: partition, committed: offsets.committed[partition], end: offsets.ends[partition] ?? 0,
          oldest: oldest.records[partition], isReadToEnd: oldest.isComplete)
      }
    } catch {
      status.failure = error
    }
    return status
  }

  /// Where to look for records that are not committed: nowhere in partitions that are empty or committed to their end.
  static func places(_ partitions: [TopicPartition], _ offsets: GroupOffsets) -> [PartitionOffset] {
    partitions.compactMap { partition in
      let committed = offsets.committed[partition]
      let end = offsets.ends[partition] ?? 0
      return end > committed ?? 0 ? PartitionOffset(partition, offset: committed ?? PartitionOffset.beginning) : nil
    }
  }

  private static func partitions(
    kafka: WorkerConfiguration.Kafka, properties: [String: String], logger: Logger
  ) async throws(KafkaError) -> [TopicPartition] {
    let admin = try KafkaAdmin(bootstrapServers: kafka.bootstrapServers, properties: properties, logger: logger)
    let found: Result<[TopicPartition], KafkaError>
    do throws(KafkaError) {
      _ = try await admin.probe(timeout: GroupOffsets.timeout)
      found = .success(
        try await admin.metadata([kafka.topics.requests], timeout: GroupOffsets.timeout).partitions(of: kafka.topics.requests))
    } catch {
      found = .failure(error)
    }
    _ = await admin.close(timeout: .seconds(1))
    return try found.get()
  }
}
