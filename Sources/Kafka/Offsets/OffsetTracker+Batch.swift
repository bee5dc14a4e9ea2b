import Records

extension OffsetTracker {
  /// Marks records of a batch finished. Looks a partition up once for each run of records of the same partition.
  mutating func finish(_ batch: RecordBatch, indices: some RandomAccessCollection<Int>) {
    var rest = indices[...]
    while let first = rest.first {
      let head = batch.records[first]
      let run = rest.prefix { index in
        let record = batch.records[index]
        return record.partition == head.partition && record.topicIndex == head.topicIndex && record.assignmentEpoch == head.assignmentEpoch
      }
      finish(
        TopicPartition(topic: batch.topics[head.topicIndex], partition: head.partition), epoch: head.assignmentEpoch,
        offsets: run.lazy.map { batch.records[$0].offset })
      rest = rest[run.endIndex...]
    }
  }
}
