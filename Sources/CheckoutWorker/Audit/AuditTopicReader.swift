import Audit
import CheckoutSession
import Kafka
import Logging
import Records

/// Reads all partitions of all topics up to the ends found at the start, and hands them to the audit in batches.
struct AuditTopicReader {
  /// What was read, by partition.
  struct Extent: Sendable {
    /// The first record's offset; nil if there was none.
    var first: (offset: Int64, at: Timestamp)?
  }

  /// A broker that gives nothing for so long has gone away.
  static let silenceMax: Duration = .seconds(60)

  let topics: AuditTopics
  let stretches: AuditStretches
  let audit: CompletenessAudit
  let progress: AuditProgress

  /// Reads everything. The bytes of one batch are parsed while those of the one before are written.
  /// - Throws: `KafkaError`, `AuditError`.
  func read(_ reader: AuditRecordReader) async throws -> [TopicPartition: Extent] {
    guard !stretches.begins.isEmpty else { return [:] }
    let consumer = try KafkaConsumer(configuration: configuration, logger: topics.logger)
    do {
      // Closing is what ends a wait for records at once.
      let extents = try await withTaskCancellationHandler {
        try await read(reader, from: consumer)
      } onCancel: {
        Task { await consumer.close(timeout: .seconds(2), waitsForRecords: false) }
      }
      _ = await consumer.close(timeout: .seconds(5), waitsForRecords: false)
      return extents
    } catch {
      _ = await consumer.close(timeout: .seconds(5), waitsForRecords: false)
      throw error
    }
  }

  private var configuration: KafkaConsumerConfiguration {
    let places = stretches.begins.map { PartitionOffset($0.key, offset: $0.value) }
    // Whole fetches of many records: an audit reads everything, and wants it fast rather than soon.
    let properties = ["fetch.message.max.bytes": "4194304", "queued.min.messages": "100000"].merging(topics.properties) { $1 }
    return KafkaConsumerConfiguration(
      bootstrapServers: topics.kafka.bootstrapServers, subscription: .assignment(places), clientID: "checkout-worker-audit",
      stop: .init(atEndOffsets: true), properties: properties)
  }

  private func read(_ reader: AuditRecordReader, from consumer: KafkaConsumer) async throws -> [TopicPartition: Extent] {
    var reader = reader
    var extents: [TopicPartition: Extent] = [:]
    var writing: Task<Void, any Error>?
    defer { writing?.cancel() }
    while let batch = try await nextBatch(consumer) {
      var facts: [AuditFact] = []
      facts.reserveCapacity(batch.records.count)
      for record in batch.records { take(record, of: batch, &reader, &facts, &extents) }
      consumer.finish(batch)
      // One batch at most is on its way to the file, so memory has a bound.
      try await writing?.value
      writing = Task { [audit, facts] in try await audit.add(facts) }
      progress.note(records: batch.records.count)
      try Task.checkCancellation()
    }
    try Task.checkCancellation()
    try await writing?.value
    return extents
  }

  private func nextBatch(_ consumer: KafkaConsumer) async throws -> RecordBatch? {
    let limits = BatchLimits(recordsMax: 8192, bytesMax: 8 * 1024 * 1024, linger: .milliseconds(5))
    let answer = await Deadline.wait(Self.silenceMax) { () -> Result<RecordBatch?, KafkaError> in
      do throws(KafkaError) {
        return .success(try await consumer.nextBatch(limits))
      } catch {
        return .failure(error)
      }
    }
    guard let answer else {
      throw consumer.health.lastError
        ?? KafkaError(code: .timedOut, message: "no broker gave a record for \(HumanText.duration(Self.silenceMax))")
    }
    return try answer.get()
  }

  private func take(
    _ record: Record, of batch: RecordBatch, _ reader: inout AuditRecordReader, _ facts: inout [AuditFact],
    _ extents: inout [TopicPartition: Extent]
  ) {
    let partition = TopicPartition(topic: batch.topic(of: record), partition: record.partition)
    // What came after the ends were asked for may have its answer behind the end of another partition.
    guard record.offset < stretches.ends[partition] ?? 0 else { return }
    if extents[partition] == nil {
      extents[partition] = Extent(first: (record.offset, Timestamp(millisecondsSinceEpoch: record.timestampMilliseconds)))
    }
    if let fact = reader.fact(record, in: batch) { facts.append(fact) }
  }
}
