/// The bytes of one log line while it is being written: always valid UTF-8, never longer than its bound.
///
/// A writer adds freely and asks `isOverfull` after each member; what does not fit is taken back with `truncate(to:)`.
/// The room for the closing mark is kept back from the start (`reservedBytes`), so a cut line can always be closed properly.
struct LineBuffer {
  private(set) var bytes: [UInt8] = []
  private let contentBytesMax: Int

  /// - Parameters:
  ///   - lineBytesMax: the longest line, its newline included.
  ///   - reservedBytes: kept back for whatever closes a cut line.
  init(lineBytesMax: Int, reservedBytes: Int) {
    contentBytesMax = max(lineBytesMax - reservedBytes, 0)
    bytes.reserveCapacity(512)
  }

  var count: Int { bytes.count }

  /// Bytes that may still be added before the line must be cut.
  var remainingBytes: Int { max(contentBytesMax - bytes.count, 0) }

  /// Whether more was added than a line may hold; the writer then takes back its last member.
  var isOverfull: Bool { bytes.count > contentBytesMax }

  mutating func truncate(to count: Int) {
    bytes.removeLast(max(bytes.count - count, 0))
  }

  mutating func append(_ byte: UInt8) {
    bytes.append(byte)
  }

  mutating func append(_ literal: StaticString) {
    literal.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  mutating func append(contentsOf source: UnsafeBufferPointer<UInt8>) {
    bytes.append(contentsOf: source)
  }

  /// Appends `value` (not negative) in decimal, padded with zeros to `width`.
  mutating func appendDecimal(_ value: Int, width: Int) {
    var divisor = 1
    for _ in 1..<max(width, 1) { divisor *= 10 }
    while value / divisor >= 10 { divisor *= 10 }
    var rest = max(value, 0)
    while divisor > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(rest / divisor % 10))
      rest %= divisor
      divisor /= 10
    }
  }
}
