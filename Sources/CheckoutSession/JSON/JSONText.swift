/// The characters of JSON strings: UTF-8 as the Unicode standard defines it (table 3-7), escapes as RFC 8259 defines them (section 7).
enum JSONText {
  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

  /// The offset behind the non-ASCII scalar at `index`. No overlong forms, no surrogates, nothing over U+10FFFF.
  static func endOfScalar(_ text: Span<UInt8>, at index: Int) throws(JSONSyntaxError) -> Int {
    let count: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch text[index] {
    case 0xC2...0xDF: count = 2
    case 0xE0: (count, second) = (3, 0xA0...0xBF)
    case 0xED: (count, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: count = 3
    case 0xF0: (count, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: count = 4
    case 0xF4: (count, second) = (4, 0x80...0x8F)
    default: throw notUTF8(text, at: index)
    }
    guard index + count <= text.count, second.contains(text[index + 1]) else { throw notUTF8(text, at: index) }
    for offset in 2..<max(count, 2) where text[index + offset] & 0xC0 != 0x80 { throw notUTF8(text, at: index) }
    return index + count
  }

  /// The offset behind the escape whose backslash is at `index`; behind both halves of a surrogate pair.
  static func endOfEscape(_ text: Span<UInt8>, at index: Int) throws(JSONSyntaxError) -> Int {
    guard index + 1 < text.count else {
      throw JSONSyntaxError(.syntax, at: text.count, of: text, expected: "the rest of an escape")
    }
    switch text[index + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
      UInt8(ascii: "r"), UInt8(ascii: "t"):
      return index + 2
    case UInt8(ascii: "u"): break
    default:
      throw JSONSyntaxError(.syntax, at: index + 1, of: text, expected: "one of \" \\ / b f n r t u after a backslash")
    }
    guard let unit = codeUnit(text, at: index) else {
      throw JSONSyntaxError(.syntax, at: index, of: text, found: "a backslash", expected: "four hexadecimal digits after \\u")
    }
    guard 0xD800...0xDFFF ~= unit else { return index + 6 }
    guard unit <= 0xDBFF, let low = codeUnit(text, at: index + 6), 0xDC00...0xDFFF ~= low else {
      throw JSONSyntaxError(
        .invalidUnicode, at: index, of: text, found: "half of a surrogate pair", expected: "both halves, the high one first")
    }
    return index + 12
  }

  /// The code unit that `\uXXXX` at `index` stands for; nil if no such escape is there.
  private static func codeUnit(_ text: Span<UInt8>, at index: Int) -> UInt16? {
    guard index + 6 <= text.count, text[index] == UInt8(ascii: "\\"), text[index + 1] == UInt8(ascii: "u") else { return nil }
    var unit: UInt16 = 0
    for offset in 2..<6 {
      let byte = text[index + offset]
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: return nil
      }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }

  private static func notUTF8(_ text: Span<UInt8>, at index: Int) -> JSONSyntaxError {
    JSONSyntaxError(.invalidUnicode, at: index, of: text, found: "a byte that is not part of valid UTF-8", expected: "UTF-8")
  }

  /// The UTF-8 bytes that the inside of a checked string stands for. `start` and `end` leave out the quotation marks.
  static func unescaped(_ text: Span<UInt8>, from start: Int, to end: Int) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(end - start)
    var index = start
    while index < end {
      let byte = text[index]
      guard byte == UInt8(ascii: "\\") else {
        result.append(byte)
        index += 1
        continue
      }
      let escape = text[index + 1]
      index += 2
      switch escape {
      case UInt8(ascii: "b"): result.append(0x08)
      case UInt8(ascii: "f"): result.append(0x0C)
      case UInt8(ascii: "n"): result.append(0x0A)
      case UInt8(ascii: "r"): result.append(0x0D)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "u"):
        let scalar = checkedScalar(text, at: index - 2)
        result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        index += scalar.value > 0xFFFF ? 10 : 4
      default: result.append(escape)
      }
    }
    return result
  }

  /// The scalar that an escape, already checked, stands for.
  private static func checkedScalar(_ text: Span<UInt8>, at index: Int) -> Unicode.Scalar {
    guard let high = codeUnit(text, at: index) else { return "\u{FFFD}" }
    if let scalar = Unicode.Scalar(UInt32(high)) { return scalar }
    guard let low = codeUnit(text, at: index + 6), high >= 0xD800, low >= 0xDC00 else { return "\u{FFFD}" }
    return Unicode.Scalar(0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(low) - 0xDC00)) ?? "\u{FFFD}"
  }
}
