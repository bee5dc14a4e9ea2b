/// Hexadecimal digits in lower case.
enum HexadecimalText {
  /// The digit for a value below 16.
  @inline(__always)
  static func digit(_ value: UInt8) -> UInt8 { value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10 }
}
