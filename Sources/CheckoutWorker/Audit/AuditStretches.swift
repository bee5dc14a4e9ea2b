import Kafka

/// What an audit reads of each partition.
struct AuditStretches: Sendable, Hashable {
  /// Where each partition ended when it was asked for.
  private(set) var ends: [TopicPartition: Int64] = [:]
  /// Where to begin, for those of which anything is to be read.
  private(set) var begins: [TopicPartition: Int64] = [:]
  /// Partitions whose older records are there and are not read, because the range does not need them.
  private(set) var shortened: Set<TopicPartition> = []

  /// Adds a partition.
  /// - Parameters:
  ///   - held: the offsets that it holds.
  ///   - begin: where the range needs it from.
  mutating func add(_ partition: TopicPartition, held: Range<Int64>, begin: Int64) {
    // A partition that was never written to ends at 0; one whose records are all gone, where it will go on.
    ends[partition] = held.upperBound
    let begin = max(begin, held.lowerBound)
    if begin > held.lowerBound { shortened.insert(partition) }
    if begin < held.upperBound { begins[partition] = begin }
  }

  /// What is to be read.
  var ranges: Stretches {
    Stretches(begins.reduce(into: [:]) { $0[$1.key] = $1.value..<max($1.value, ends[$1.key] ?? $1.value) })
  }
}
