extension ValueFormat where Value == String {
  /// Any text on one line.
  static func text(_ what: String = "text", type: String = "text") -> Self {
    Self(type: type, expected: "\(what), 1 to 1024 characters on one line", parse: { isLine($0) ? $0 : nil }, print: { $0 })
  }

  /// A name in SQL that needs no quotes.
  static let sqlName = Self(
    type: "name", expected: "1 to 63 of a-z, 0-9 and _, no digit first",
    parse: { text in
      let isName = text.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5f }
      guard (1...63).contains(text.utf8.count), isName, let first = text.utf8.first, !(0x30...0x39).contains(first) else { return nil }
      return text
    }, print: { $0 })

  /// Text that can stand in an HTTP header: visible ASCII.
  static let headerText = Self(
    type: "text", expected: "1 to 256 visible ASCII characters",
    parse: { text in (1...256).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7e).contains($0) } ? text : nil },
    print: { $0 })

  /// A UUID in its usual form, in either letter case.
  static let uuid = Self(
    type: "UUID", expected: "a UUID such as 5d1f4a4e-2f43-4f0b-9d0a-6d1c6a1f3b77",
    parse: { text in
      let groups = text.split(separator: "-", omittingEmptySubsequences: false)
      let isUUID = groups.map(\.utf8.count) == [8, 4, 4, 4, 12] && groups.allSatisfy { $0.utf8.allSatisfy(isHexDigit) }
      return isUUID ? text : nil
    }, print: { $0 })

  /// A topic name that every Kafka broker takes.
  static let topic = Self(
    type: "topic", expected: "a topic name: 1 to 249 letters, digits, '.', '_' and '-'", parse: { isTopic($0) ? $0 : nil }, print: { $0 })

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): true
    default: false
    }
  }
}

extension ValueFormat where Value == [String] {
  /// A list of topic names.
  static let topics = Self(
    listType: "list of topics", expected: "a list of topic names", parse: { $0.allSatisfy(isTopic) ? $0 : nil },
    print: { $0.joined(separator: ", ") })

  /// A list of hosts, as in `NO_PROXY`.
  static let hosts = Self(
    listType: "list of hosts", expected: "a list of host names, '.suffixes', addresses or '*'",
    parse: { $0.allSatisfy { isLine($0) && !$0.contains(" ") && !$0.contains("/") } ? $0 : nil }, print: { $0.joined(separator: ", ") })
}

extension ValueFormat where Value == Int {
  /// A whole number in a range.
  static func integer(in range: ClosedRange<Int>) -> Self {
    Self(
      type: "integer", range: "\(range.lowerBound) to \(range.upperBound)",
      expected: "a whole number, \(range.lowerBound) to \(range.upperBound)",
      parse: { text in Int(text).flatMap { range.contains($0) ? $0 : nil } }, print: { "\($0)" })
  }
}

extension ValueFormat where Value == Bool {
  /// `true` or `false`, and none of YAML's other spellings.
  static let boolean = Self(type: "boolean", expected: "true or false", parse: { Bool($0) }, print: { "\($0)" })
}

extension ValueFormat where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
  /// One of a fixed set of words.
  static var choice: Self {
    let words = Value.allCases.map(\.rawValue)
    return Self(
      type: "choice", range: words.map { "`\($0)`" }.joined(separator: " "), expected: "one of " + words.joined(separator: ", "),
      parse: { Value(rawValue: $0) }, print: { $0.rawValue })
  }
}

/// True for text of 1 to 1024 bytes without control characters.
private func isLine(_ text: String) -> Bool {
  (1...1024).contains(text.utf8.count) && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }
}

/// True for a legal topic name (Kafka's own rule).
private func isTopic(_ text: String) -> Bool {
  (1...249).contains(text.utf8.count) && text != "." && text != ".."
    && text.unicodeScalars.allSatisfy {
      $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || "._-".unicodeScalars.contains($0))
    }
}
