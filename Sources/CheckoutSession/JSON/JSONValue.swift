/// A value in a ``JSONDocument``: a cheap view that keeps the document alive.
public struct JSONValue: Sendable {
  let document: JSONDocument
  let index: Int

  @inline(__always)
  var node: JSONNode { document.tape[index] }

  /// What kind of value this is.
  public var kind: JSONKind { node.kind }

  /// Where the value stands: offsets in bytes from the beginning of the text, quotation marks and brackets included.
  public var sourceRange: Range<Int> { Int(node.start)..<Int(node.end) }

  /// The value as it is written.
  public var source: ArraySlice<UInt8> {
    let base = document.bytes.startIndex
    return document.bytes[base + Int(node.start)..<base + Int(node.end)]
  }

  /// Whether this is `null`.
  public var isNull: Bool { node.kind == .null }

  /// The truth value; nil for every other kind.
  public var bool: Bool? { node.kind == .bool ? node.flags.contains(.isTrue) : nil }

  /// A number as it is written; nil for every other kind.
  public var rawNumber: String? { node.kind == .number ? String(decoding: source, as: UTF8.self) : nil }

  /// A number written without fraction and exponent that fits 64 bits; nil for everything else, `12.0` and `1e2` too.
  public var int: Int64? {
    guard node.kind == .number, node.flags.contains(.integer) else { return nil }
    let text = document.bytes.span
    var position = Int(node.start)
    let isNegative = text[position] == UInt8(ascii: "-")
    if isNegative { position += 1 }
    var result: Int64 = 0
    while position < Int(node.end) {
      let digit = Int64(text[position] - UInt8(ascii: "0"))
      let (product, overflow) = result.multipliedReportingOverflow(by: 10)
      let (sum, overflowOfSum) = isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
      if overflow || overflowOfSum { return nil }
      result = sum
      position += 1
    }
    return result
  }

  // MARK: Containers

  /// How many elements or members a container has; 0 for scalars.
  public var count: Int { node.kind == .object || node.kind == .array ? Int(node.extra) : 0 }

  /// The elements of an array; none for every other kind.
  public var elements: JSONElements { JSONElements(self) }

  /// The members of an object in the order of the text; none for every other kind.
  public var members: JSONMembers { JSONMembers(self) }

  /// The member called `name`; nil if there is none or this is no object. Of members with the same name, the one that the document's
  /// ``DuplicateKeyPolicy`` says.
  public subscript(_ name: String) -> JSONValue? {
    document.member(name, of: index).map { JSONValue(document: document, index: $0) }
  }

  // MARK: Strings

  /// The text of a string, escapes resolved; nil for every other kind.
  public var string: String? {
    guard node.kind == .string else { return nil }
    guard node.flags.contains(.escaped) else { return String(decoding: source.dropFirst().dropLast(), as: UTF8.self) }
    return String(decoding: utf8, as: UTF8.self)
  }

  /// The UTF-8 bytes of a string, escapes resolved; empty for every other kind. Copies only if there are escapes.
  public var utf8: ArraySlice<UInt8> {
    guard node.kind == .string else { return [] }
    guard node.flags.contains(.escaped) else { return source.dropFirst().dropLast() }
    return JSONText.unescaped(document.bytes.span, from: Int(node.start) + 1, to: Int(node.end) - 1)[...]
  }

  /// Whether this is a string with exactly the scalars of `text` (no Unicode normalization).
  public func stringEquals(_ text: String) -> Bool { node.kind == .string && document.contentEquals(node, text.utf8.span) }

  /// How many Unicode scalars a string has; 0 for every other kind. Allocates nothing unless there are escapes.
  public var scalarCount: Int {
    guard node.kind == .string else { return 0 }
    var count = 0
    for byte in utf8 where byte & 0xC0 != 0x80 { count += 1 }
    return count
  }
}
