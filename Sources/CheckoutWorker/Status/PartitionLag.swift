import Kafka

/// How far the group is behind in one partition of the request topic.
struct PartitionLag: Hashable, Sendable {
  /// The partition.
  var partition: TopicPartition
  /// What the group has committed; nil if nothing.
  var committed: Int64?
  /// Where the partition ends.
  var end: Int64
  /// The oldest record that is not committed; nil if there is none, or it could not be read in time.
  var oldest: OldestRecord?
  /// Whether that there is no ``oldest`` means that there is none.
  var isReadToEnd: Bool

  /// A record and when it was published.
  struct OldestRecord: Hashable, Sendable {
    /// Its offset.
    var offset: Int64
    /// Its timestamp, in milliseconds since 1970-01-01T00:00:00Z; -1 if it has none.
    var timestampMilliseconds: Int64
  }

  /// Records that are not committed; nil when that is unknown.
  ///
  /// A group that has committed nothing, or whose commit is older than what the topic still keeps, begins at the oldest record kept.
  var lag: Int64? {
    if let oldest { return max(0, end - max(oldest.offset, committed ?? 0)) }
    if isReadToEnd { return 0 }
    return committed.map { max(0, end - $0) }
  }
}
