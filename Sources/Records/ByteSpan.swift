/// A stretch of bytes inside a slab: an offset and a length, or null.
///
/// Sixteen bytes without a reference, so that a batch of records costs one allocation however many records it has.
/// Kafka tells a null key or value (a tombstone) from an empty one, and so does this type.
public struct ByteSpan: Hashable, Sendable {
  /// Where the stretch begins in the slab, in bytes.
  public var offset: Int
  /// How long it is, in bytes; -1 for null.
  public var count: Int

  /// Makes a stretch of `count` bytes at `offset`.
  public init(offset: Int, count: Int) {
    self.offset = offset
    self.count = count
  }

  /// No bytes at all: a null key, or the value of a tombstone.
  public static let null = ByteSpan(offset: 0, count: -1)

  /// Whether this is null rather than empty.
  public var isNull: Bool { count < 0 }

  /// The range of slab indices; empty for null.
  public var range: Range<Int> { offset..<(offset + Swift.max(0, count)) }
}
