extension UInt8 {
  /// `0`...`9`.
  var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

  /// Space or tab.
  var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }

  /// A control character that no header value may hold (the tab may).
  var isControl: Bool { (self < 0x20 && self != UInt8(ascii: "\t")) || self == 0x7F }

  /// A byte of a header's name (RFC 9110, `token`).
  var isTokenByte: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"): true
    case UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "^"): true
    case UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"): true
    default: false
    }
  }

  /// The value of a hexadecimal digit.
  var hexadecimalValue: Int? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(self) - 0x30
    case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(self) - 0x61 + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(self) - 0x41 + 10
    default: nil
    }
  }
}

extension Span<UInt8> {
  /// Whether the first bytes are `text`.
  func startsWith(_ text: StaticString) -> Bool {
    let length = text.utf8CodeUnitCount
    guard count >= length else { return false }
    return text.withUTF8Buffer { expected in
      for index in 0..<length where self[index] != expected[index] { return false }
      return true
    }
  }

  /// Whether the bytes of `range` are `text`, which is in lower case, in either case.
  func equalsLowercased(_ text: StaticString, in range: Range<Int>) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { expected in
      for index in 0..<expected.count {
        let byte = self[range.lowerBound + index]
        let isUppercase = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
        guard (isUppercase ? byte | 0x20 : byte) == expected[index] else { return false }
      }
      return true
    }
  }

  /// The bytes of `range` as text; what is not UTF-8 is replaced.
  func text(_ range: Range<Int>) -> String {
    var bytes = [UInt8]()
    bytes.reserveCapacity(range.count)
    for index in range { bytes.append(self[index]) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The bytes of `range` as a decimal number of at most 18 digits.
  func decimal(in range: Range<Int>) -> Int? {
    guard (1...18).contains(range.count) else { return nil }
    var value = 0
    for index in range {
      guard self[index].isDigit else { return nil }
      value = value * 10 + Int(self[index] & 15)
    }
    return value
  }

  /// Calls `body` with the range of every item of a comma-separated list, without the white space around it; an item may be empty.
  func forEachListItem(in range: Range<Int>, _ body: (Range<Int>) -> Void) {
    var start = range.lowerBound
    for index in range.lowerBound...range.upperBound where index == range.upperBound || self[index] == UInt8(ascii: ",") {
      var lower = start
      var upper = index
      while lower < upper, self[lower].isBlank { lower += 1 }
      while upper > lower, self[upper - 1].isBlank { upper -= 1 }
      body(lower..<upper)
      start = index + 1
    }
  }
}
