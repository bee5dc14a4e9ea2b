/// One Kafka record of a ``RecordBatch``: where it stood, and where its bytes lie in the batch's slab.
public struct Record: Hashable, Sendable {
  /// Index into ``RecordBatch/topics``.
  public var topicIndex: Int
  /// The partition the record was read from.
  public var partition: Int32
  /// The record's offset in that partition.
  public var offset: Int64
  /// The record's timestamp in milliseconds since 1970-01-01T00:00:00Z; -1 if the broker gave none.
  public var timestampMilliseconds: Int64
  /// Which assignment of the partition delivered the record. Offsets of an epoch that ended are never committed.
  public var assignmentEpoch: UInt64
  /// The key's bytes.
  public var key: ByteSpan
  /// The value's bytes; null for a tombstone.
  public var value: ByteSpan
  /// All headers in the form of ``PackedHeaders``; empty if there are none.
  public var headers: ByteSpan

  /// Makes a record from its parts.
  public init(
    topicIndex: Int, partition: Int32, offset: Int64, timestampMilliseconds: Int64, assignmentEpoch: UInt64,
    key: ByteSpan, value: ByteSpan, headers: ByteSpan
  ) {
    self.topicIndex = topicIndex
    self.partition = partition
    self.offset = offset
    self.timestampMilliseconds = timestampMilliseconds
    self.assignmentEpoch = assignmentEpoch
    self.key = key
    self.value = value
    self.headers = headers
  }
}
