import Records

/// A batch and the end of a partition behind it, looked at one by one.
struct ArrivedRecords {
  /// What is next.
  enum Next {
    case record(Record, TopicPartition)
    /// The partition holds nothing more before this place.
    case end(PartitionOffset)
  }

  /// The records; those in front of ``next()`` have been looked at.
  private(set) var batch: RecordBatch
  /// The end that stands behind the records.
  var end: PartitionOffset?
  private var index = 0
  private var discarded: Set<TopicPartition> = []

  init(_ batch: RecordBatch = RecordBatch(slab: [], records: [], topics: [])) { self.batch = batch }

  /// Whether all has been looked at.
  var isEmpty: Bool { index == batch.records.count && end == nil }

  /// The next one; nil at the end.
  mutating func next() -> Next? {
    while index < batch.records.count {
      let record = batch.records[index]
      index += 1
      let partition = TopicPartition(topic: batch.topic(of: record), partition: record.partition)
      if !discarded.contains(partition) { return .record(record, partition) }
    }
    defer { end = nil }
    return end.flatMap { discarded.contains($0.partition) ? nil : .end($0) }
  }

  /// Passes over what is left of these partitions.
  mutating func discard(_ partitions: Set<TopicPartition>) { discarded.formUnion(partitions) }
}
