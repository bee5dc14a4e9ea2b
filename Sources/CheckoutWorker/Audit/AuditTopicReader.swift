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

  let scan: TopicScan
  let stretches: AuditStretches
  let audit: CompletenessAudit
  let progress: AuditProgress

  /// Reads everything. The bytes of one batch are parsed while those of the one before are written.
  /// - Throws: `KafkaError`, `AuditError`, `CancellationError`.
  func read(_ reader: AuditRecordReader) async throws -> [TopicPartition: Extent] {
    var reader = reader
    var extents: [TopicPartition: Extent] = [:]
    var writing: Task<Void, any Error>?
    defer { writing?.cancel() }
    try await scan.read(stretches.ranges) { batch in
      var facts: [AuditFact] = []
      facts.reserveCapacity(batch.records.count)
      for record in batch.records { take(record, of: batch, &reader, &facts, &extents) }
      // One batch at most is on its way to the file, so memory has a bound.
      try await writing?.value
      writing = Task { [audit, facts] in try await audit.add(facts) }
      progress.note(records: batch.records.count)
      return true
    }
    try await writing?.value
    return extents
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
