/// Record headers in packed form, byte for byte as they were on the record, in their order, duplicates included.
///
/// The form of one header: name length (4 bytes, little endian), value length (4 bytes, little endian, all ones for a null value),
/// name, value. The C shim writes and reads the same form, so headers cross the border to C in one copy per batch, and a stage
/// looks only at the names that matter to it.
public struct PackedHeaders: Sendable, Sequence {
  /// The packed bytes.
  public let bytes: ArraySlice<UInt8>

  /// Wraps bytes in packed form. Reading stops at the first header that does not fit into `bytes`.
  public init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  /// No headers.
  public static let none = PackedHeaders([])

  /// Whether there is not one header.
  public var isEmpty: Bool { bytes.isEmpty }

  /// One header.
  public struct Element: Sendable {
    /// The name's bytes (UTF-8 by Kafka's convention, not checked).
    public var name: ArraySlice<UInt8>
    /// The value's bytes; nil for a null value.
    public var value: ArraySlice<UInt8>?
  }

  /// Walks the headers from the first to the last.
  public struct Iterator: IteratorProtocol {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
      self.bytes = bytes
      self.position = bytes.startIndex
    }

    /// The next header, or nil at the end.
    public mutating func next() -> Element? {
      guard bytes.endIndex - position >= 8 else { return nil }
      let nameCount = Int(readLength(position))
      let rawValueCount = readLength(position + 4)
      let valueCount = rawValueCount == .max ? 0 : Int(rawValueCount)
      let nameStart = position + 8
      guard bytes.endIndex - nameStart >= nameCount + valueCount else { return nil }
      let valueStart = nameStart + nameCount
      position = valueStart + valueCount
      return Element(
        name: bytes[nameStart..<valueStart], value: rawValueCount == .max ? nil : bytes[valueStart..<position])
    }

    private func readLength(_ at: Int) -> UInt32 {
      UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24
    }
  }

  /// An iterator from the first header on.
  public func makeIterator() -> Iterator { Iterator(bytes) }

  /// The value of the **last** header of that name, as Kafka's own clients look up a header; nil if there is none or it is null.
  public func lastValue(named name: String) -> ArraySlice<UInt8>? {
    var found: ArraySlice<UInt8>?
    for header in self where header.name.elementsEqual(name.utf8) { found = header.value }
    return found
  }

  /// Appends one header in packed form to `buffer`.
  public static func append(name: some Collection<UInt8>, value: (some Collection<UInt8>)?, to buffer: inout [UInt8]) {
    appendLength(UInt32(name.count), to: &buffer)
    appendLength(value.map { UInt32($0.count) } ?? .max, to: &buffer)
    buffer.append(contentsOf: name)
    if let value { buffer.append(contentsOf: value) }
  }

  private static func appendLength(_ length: UInt32, to buffer: inout [UInt8]) {
    buffer.append(UInt8(truncatingIfNeeded: length))
    buffer.append(UInt8(truncatingIfNeeded: length >> 8))
    buffer.append(UInt8(truncatingIfNeeded: length >> 16))
    buffer.append(UInt8(truncatingIfNeeded: length >> 24))
  }
}
