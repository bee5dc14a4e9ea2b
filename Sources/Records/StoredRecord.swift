/// One record of a topic on its own, copied out of its batch: for work that picks single records rather than streams all.
public struct StoredRecord: Sendable {
  /// The topic's name.
  public var topic: String
  /// The partition.
  public var partition: Int32
  /// The offset in the partition.
  public var offset: Int64
  /// Its timestamp in milliseconds since 1970-01-01T00:00:00Z; -1 if the broker gave none.
  public var timestampMilliseconds: Int64
  /// The key's bytes; nil for a null key.
  public var key: [UInt8]?
  /// The value's bytes; nil for a tombstone.
  public var value: [UInt8]?
  /// Its headers.
  public var headers: PackedHeaders

  /// Makes a record from its parts.
  public init(
    topic: String, partition: Int32, offset: Int64, timestampMilliseconds: Int64, key: [UInt8]?, value: [UInt8]?, headers: PackedHeaders
  ) {
    self.topic = topic
    self.partition = partition
    self.offset = offset
    self.timestampMilliseconds = timestampMilliseconds
    self.key = key
    self.value = value
    self.headers = headers
  }

  /// Copies a record, so that its batch can go.
  public init(_ record: Record, of batch: RecordBatch) {
    self.init(
      topic: batch.topic(of: record), partition: record.partition, offset: record.offset,
      timestampMilliseconds: record.timestampMilliseconds, key: batch.key(of: record).map(Array.init),
      value: batch.value(of: record).map(Array.init), headers: PackedHeaders(ArraySlice(Array(batch.headers(of: record).bytes))))
  }
}
