import Kafka
import Logging
import Records

/// Reads the first record that is not committed, of each partition that has one. No member of the group, and nothing is ever committed.
enum OldestRecords {
  /// What was found in time.
  struct Findings: Hashable, Sendable {
    /// The records.
    var records: [TopicPartition: PartitionLag.OldestRecord] = [:]
    /// Whether everything was read: a partition without a record then has none.
    var isComplete = false
  }

  /// How long to read. A partition whose turn does not come by then stays unknown.
  static let timeout: Duration = .seconds(3)

  /// - Parameter places: where to begin, only partitions that may have records there.
  static func read(
    _ places: [PartitionOffset], kafka: WorkerConfiguration.Kafka, properties: [String: String], logger: Logger
  ) async -> Findings {
    guard !places.isEmpty else { return Findings(records: [:], isComplete: true) }
    // Records are only looked at, so as few as possible are fetched ahead.
    let properties = properties.merging(["queued.min.messages": "1", "queued.max.messages.kbytes": "1024"]) { $1 }
    let configuration = KafkaConsumerConfiguration(
      bootstrapServers: kafka.bootstrapServers, subscription: .assignment(places), clientID: "checkout-worker-status",
      stop: .init(atEndOffsets: true), properties: properties)
    guard let consumer = try? KafkaConsumer(configuration: configuration, logger: logger) else { return Findings() }
    let findings = await collect(from: consumer, wanted: places.count)
    _ = await consumer.close(timeout: .seconds(1))
    return findings
  }

  private static func collect(from consumer: KafkaConsumer, wanted: Int) async -> Findings {
    let deadline = ContinuousClock.now + timeout
    var findings = Findings()
    while findings.records.count < wanted {
      let left = deadline - .now
      guard left > .zero else { return findings }
      let batch = await Deadline.wait(left) { try? await consumer.nextBatch(BatchLimits(recordsMax: 500, linger: .zero)) }
      guard let batch else { return findings }  // out of time
      guard let batch else { break }  // the ends, or an error: the metadata was fine a moment ago
      for record in batch.records {
        let partition = TopicPartition(topic: batch.topic(of: record), partition: record.partition)
        if findings.records[partition] == nil {
          findings.records[partition] = .init(offset: record.offset, timestampMilliseconds: record.timestampMilliseconds)
        }
      }
      consumer.finish(batch)
    }
    findings.isComplete = true
    return findings
  }
}
