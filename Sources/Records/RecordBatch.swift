/// Records that were read together, with all their bytes in one slab.
///
/// One batch crosses from the consumer's thread to the stage in one asynchronous hop (`design/facts.md`, "Cost of one record").
public struct RecordBatch: Sendable {
  /// The bytes of every key, value and header of the batch.
  public let slab: [UInt8]
  /// The records, in the order in which they were read; per partition that is offset order.
  public let records: [Record]
  /// The names that ``Record/topicIndex`` points at.
  public let topics: [String]

  /// Makes a batch. Every stretch in `records` must lie inside `slab`, every `topicIndex` inside `topics`.
  public init(slab: [UInt8], records: [Record], topics: [String]) {
    self.slab = slab
    self.records = records
    self.topics = topics
  }

  /// The key's bytes, sharing the slab; nil for a null key.
  public func key(of record: Record) -> ArraySlice<UInt8>? { bytes(record.key) }

  /// The value's bytes, sharing the slab; nil for a tombstone.
  public func value(of record: Record) -> ArraySlice<UInt8>? { bytes(record.value) }

  /// The record's headers, sharing the slab.
  public func headers(of record: Record) -> PackedHeaders { PackedHeaders(slab[record.headers.range]) }

  /// The name of the topic that the record was read from.
  public func topic(of record: Record) -> String { topics[record.topicIndex] }

  private func bytes(_ span: ByteSpan) -> ArraySlice<UInt8>? { span.isNull ? nil : slab[span.range] }
}
