extension RequestRule.Echo {
  /// Longest number that is repeated, in bytes.
  private static let numberBytesMax = 24
  /// Longest mode or channel that is repeated, in bytes, and how many of them.
  private static let nameBytesMax = 40
  private static let namesMax = 8

  /// What a message says of `value`.
  func describe(_ value: JSONValue?) -> String {
    guard let value else { return "nothing" }
    switch self {
    case .shape: return Self.shape(value)
    case .number:
      guard let number = value.rawNumber, number.utf8.count <= Self.numberBytesMax else { return Self.shape(value) }
      return number
    case .names: return Self.names(value)
    case .metadata: return MetadataLimits.fault(value) ?? Self.shape(value)
    }
  }

  /// Kind and size, never content.
  static func shape(_ value: JSONValue) -> String {
    switch value.kind {
    case .string:
      let count = value.scalarCount
      return count == 0 ? "an empty string" : "a string of \(count) character\(count == 1 ? "" : "s")"
    case .object: return value.count == 0 ? "an empty object" : "an object"
    default: return value.kind.withArticle
    }
  }

  private static func names(_ value: JSONValue) -> String {
    guard value.kind == .array else { return value.kind == .string ? name(value) : shape(value) }
    guard value.count > 0 else { return "an empty array" }
    let shown = value.elements.prefix(namesMax).map(name).joined(separator: ", ")
    return "[" + shown + (value.count > namesMax ? ", … \(value.count - namesMax) more" : "") + "]"
  }

  /// A name as it came if it looks like one; anything else might be data in the wrong place.
  private static func name(_ value: JSONValue) -> String {
    let text = value.utf8
    guard value.kind == .string, 1...nameBytesMax ~= text.count,
      text.allSatisfy({ UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 || $0 == UInt8(ascii: "_") })
    else { return shape(value) }
    return String(decoding: text, as: UTF8.self)
  }
}
