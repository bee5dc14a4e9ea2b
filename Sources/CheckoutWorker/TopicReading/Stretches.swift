import Kafka
import Records

/// Stretches of partitions to be read: from an offset on, up to but without another. Empty ones are left out.
struct Stretches: Hashable, Sendable {
  private(set) var ranges: [TopicPartition: Range<Int64>]

  init(_ ranges: [TopicPartition: Range<Int64>]) { self.ranges = ranges.filter { !$0.value.isEmpty } }

  /// Where to begin.
  var begins: [PartitionOffset] { ranges.keys.sorted().map { PartitionOffset($0, offset: ranges[$0]?.lowerBound ?? 0) } }

  /// Records at most: offsets may have gaps.
  var recordsMax: Int { ranges.values.reduce(0) { $0 + Int($1.upperBound - $1.lowerBound) } }

  /// The same in parts that are read one after the other: whole partitions, as many together as hold so many records, one at least.
  func parts(recordsMax: Int) -> [Stretches] {
    var parts: [Stretches] = []
    for partition in ranges.keys.sorted() {
      guard let range = ranges[partition] else { continue }
      if let last = parts.last, last.recordsMax + range.count <= recordsMax {
        parts[parts.count - 1].ranges[partition] = range
      } else {
        parts.append(Stretches([partition: range]))
      }
    }
    return parts
  }

  /// Whether a record stands in one of them.
  func contains(_ record: Record, of batch: RecordBatch) -> Bool {
    ranges[TopicPartition(topic: batch.topic(of: record), partition: record.partition)]?.contains(record.offset) ?? false
  }
}

/// How far the reading of stretches is. A stretch that ends before its partition does is over with the first record at its end or behind; one that ends
/// with its partition is ended by the consumer, which also knows of ends that no record stands at.
struct StretchProgress {
  private let stretches: Stretches
  private var unfinished: Set<TopicPartition>

  init(_ stretches: Stretches) {
    self.stretches = stretches
    unfinished = Set(stretches.ranges.keys)
  }

  var isComplete: Bool { unfinished.isEmpty }

  mutating func note(_ batch: RecordBatch) {
    var last: [TopicPartition: Int64] = [:]
    for record in batch.records { last[TopicPartition(topic: batch.topic(of: record), partition: record.partition)] = record.offset }
    for (partition, offset) in last {
      if let range = stretches.ranges[partition], offset + 1 >= range.upperBound { unfinished.remove(partition) }
    }
  }
}
