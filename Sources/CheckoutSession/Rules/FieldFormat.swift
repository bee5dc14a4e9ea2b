/// Forms of single values in a request, checked on the bytes. "Characters" are Unicode scalars.
enum FieldFormat {
  static func isObject(_ value: JSONValue) -> Bool { value.kind == .object }

  static func isString(_ value: JSONValue, _ characters: ClosedRange<Int>) -> Bool {
    value.kind == .string && characters ~= value.scalarCount
  }

  static func isNonEmptyString(_ value: JSONValue) -> Bool { value.kind == .string && !value.utf8.isEmpty }

  static func isUUID(_ value: JSONValue) -> Bool { value.kind == .string && UUIDFormat.isUUID(value.utf8) }

  static func isDigits(_ value: JSONValue) -> Bool { isNonEmptyString(value) && value.utf8.allSatisfy(ASCIIText.isDigit) }

  static func isDigits(_ value: JSONValue, count: Int) -> Bool { isDigits(value) && value.utf8.count == count }

  static func isCents(_ value: JSONValue) -> Bool { value.int.map { 1...99_999_999 ~= $0 } ?? false }

  /// `local@domain`: a local part of 1 to 64 bytes without blanks and `@`, a domain of at least two labels. Whether it exists, only a mail
  /// can tell.
  static func isEmail(_ value: JSONValue) -> Bool {
    let text = value.utf8
    guard value.kind == .string, text.count <= 254, let at = text.lastIndex(of: UInt8(ascii: "@")) else { return false }
    let local = text[..<at]
    guard 1...64 ~= local.count, local.first != UInt8(ascii: "."), local.last != UInt8(ascii: "."), local.allSatisfy(isLocalPart) else {
      return false
    }
    var labels = 0
    var start = at + 1
    while start <= text.endIndex {
      let end = text[start...].firstIndex(of: UInt8(ascii: ".")) ?? text.endIndex
      guard isHostLabel(text[start..<end]) else { return false }
      labels += 1
      start = end + 1
    }
    return labels >= 2
  }

  private static func isLocalPart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "@"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "<"), UInt8(ascii: ">"),
      UInt8(ascii: "("),
      UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "\\"), UInt8(ascii: "\""), 0...0x20, 0x7F:
      false
    default: true
    }
  }

  /// Letters, digits and inner hyphens; bytes outside ASCII for internationalized names.
  private static func isHostLabel(_ label: ArraySlice<UInt8>) -> Bool {
    1...63 ~= label.count && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
      && label.allSatisfy { ASCIIText.isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 >= 0x80 }
  }

  /// `dddd-dd-dd` that is a real date read as year-month-day or as year-day-month: the vendor's own pages show both.
  static func isDateInEitherOrder(_ value: JSONValue) -> Bool {
    let text = value.utf8
    guard value.kind == .string, text.count == 10 else { return false }
    let digits = text.span
    guard digits[4] == UInt8(ascii: "-"), digits[7] == UInt8(ascii: "-"), let year = RFC3339Scanner.number(digits, 0, digits: 4),
      let first = RFC3339Scanner.number(digits, 5, digits: 2), let second = RFC3339Scanner.number(digits, 8, digits: 2), year > 0
    else { return false }
    return CivilDate(year: year, month: first, day: second) != nil || CivilDate(year: year, month: second, day: first) != nil
  }

  /// At most 10 of letters, digits, space, `-`, `.`; at least one letter.
  static func isDescriptorSuffix(_ value: JSONValue) -> Bool {
    let text = value.utf8
    guard value.kind == .string, text.count <= 10, text.contains(where: ASCIIText.isLetter) else { return false }
    return text.allSatisfy {
      ASCIIText.isLetterOrDigit($0) || $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
    }
  }

  /// `https://`, a host name or address, an optional port, and then a path, a query or nothing; printable ASCII, at most 2048 bytes.
  static func isHTTPSURL(_ value: JSONValue) -> Bool {
    let text = value.utf8
    let scheme = "https://".utf8
    guard value.kind == .string, text.count <= 2048, ASCIIText.equalsIgnoringCase(text.prefix(scheme.count), scheme) else { return false }
    let rest = text.dropFirst(scheme.count)
    let host = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
    guard let first = host.first, ASCIIText.isLetterOrDigit(first) || first == UInt8(ascii: "[") else { return false }
    return host.allSatisfy(isAuthority) && rest.allSatisfy { 0x21...0x7E ~= $0 && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "\"") }
  }

  private static func isAuthority(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"): true
    default: ASCIIText.isLetterOrDigit(byte)
    }
  }

  /// An array of strings, each one of `names`.
  static func isArray(_ value: JSONValue, of names: [String]) -> Bool {
    value.kind == .array && value.elements.allSatisfy { element in names.contains { element.stringEquals($0) } }
  }
}
