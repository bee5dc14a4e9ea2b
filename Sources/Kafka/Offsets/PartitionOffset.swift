/// A place in a partition.
public struct PartitionOffset: Hashable, Sendable {
  /// The partition.
  public var partition: TopicPartition
  /// An offset, or one of ``beginning``, ``end``, ``committed``.
  public var offset: Int64

  /// Makes a place.
  public init(_ partition: TopicPartition, offset: Int64) {
    self.partition = partition
    self.offset = offset
  }

  /// The oldest record kept (librdkafka's `OFFSET_BEGINNING`).
  public static let beginning: Int64 = -2
  /// After the newest record.
  public static let end: Int64 = -1
  /// What the group has committed, else `auto.offset.reset`.
  public static let committed: Int64 = -1000
}
