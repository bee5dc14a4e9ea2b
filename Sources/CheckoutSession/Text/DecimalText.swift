/// Integers as decimal digits, without a string in between.
enum DecimalText {
  /// Appends `value` in decimal.
  static func append(_ value: some BinaryInteger, to bytes: inout [UInt8]) {
    guard let small = Int64(exactly: value) else { return bytes.append(contentsOf: String(value).utf8) }
    if small < 0 { bytes.append(UInt8(ascii: "-")) }
    append(magnitude: small.magnitude, to: &bytes)
  }

  private static func append(magnitude: UInt64, to bytes: inout [UInt8]) {
    if magnitude >= 10 { append(magnitude: magnitude / 10, to: &bytes) }
    bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10))
  }

  /// Appends the last `digits` decimal digits of `value`, with leading zeros.
  @inline(__always)
  static func append(padded value: Int64, digits: Int, to bytes: inout [UInt8]) {
    var divisor: Int64 = 1
    for _ in 1..<max(digits, 1) { divisor *= 10 }
    while divisor > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: (value / divisor) % 10))
      divisor /= 10
    }
  }
}
