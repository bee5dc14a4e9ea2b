/// Records to be published together, with all their bytes in one slab: the producer's side of ``RecordBatch``.
public struct OutgoingRecords: Sendable {
  /// One record to publish.
  public struct Entry: Hashable, Sendable {
    /// Index into ``OutgoingRecords/topics``.
    public var topicIndex: Int
    /// The partition to write to; nil lets the producer choose by key.
    public var partition: Int32?
    /// The key's bytes.
    public var key: ByteSpan
    /// The value's bytes; null makes a tombstone.
    public var value: ByteSpan
    /// All headers in the form of ``PackedHeaders``.
    public var headers: ByteSpan
  }

  /// The bytes of every key, value and header.
  public private(set) var slab: [UInt8] = []
  /// What to publish, in order.
  public private(set) var entries: [Entry] = []
  /// The names that ``Entry/topicIndex`` points at.
  public private(set) var topics: [String] = []

  /// Makes an empty collection with room for `recordsCapacity` records of `bytesCapacity` bytes in all.
  public init(recordsCapacity: Int = 0, bytesCapacity: Int = 0) {
    entries.reserveCapacity(recordsCapacity)
    slab.reserveCapacity(bytesCapacity)
  }

  /// How many records there are.
  public var count: Int { entries.count }

  /// Whether there is nothing to publish.
  public var isEmpty: Bool { entries.isEmpty }

  /// Adds one record. `value` and `headers` write their bytes straight into the slab (headers with ``PackedHeaders/append(name:value:to:)``);
  /// a nil `value` makes a tombstone.
  public mutating func append(
    topic: String, partition: Int32? = nil, key: ArraySlice<UInt8>?,
    value: ((inout [UInt8]) -> Void)?, headers: (inout [UInt8]) -> Void
  ) {
    let keySpan = write { slab in if let key { slab.append(contentsOf: key) } }
    let valueSpan = write { slab in value?(&slab) }
    let headersSpan = write(headers)
    entries.append(
      Entry(
        topicIndex: index(of: topic), partition: partition, key: key == nil ? .null : keySpan,
        value: value == nil ? .null : valueSpan, headers: headersSpan))
  }

  private mutating func write(_ body: (inout [UInt8]) -> Void) -> ByteSpan {
    let start = slab.count
    body(&slab)
    return ByteSpan(offset: start, count: slab.count - start)
  }

  private mutating func index(of topic: String) -> Int {
    if let known = topics.firstIndex(of: topic) { return known }
    topics.append(topic)
    return topics.count - 1
  }
}
