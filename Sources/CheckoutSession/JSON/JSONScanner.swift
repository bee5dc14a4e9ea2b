/// The reader's single pass: walks the bytes once, checks everything, and leaves a tape of nodes.
///
/// Iterative, so that nesting costs no stack. While a container is open, its node's `next` is the index of the container around it,
/// which makes the tape its own stack.
struct JSONScanner {
  private(set) var tape: ContiguousArray<JSONNode>
  private let limits: JSONLimits
  private let duplicateKeys: DuplicateKeyPolicy
  private var position = 0
  private var depth = 0
  /// Index of the innermost open container, or -1.
  private var container = -1

  init(tape: consuming ContiguousArray<JSONNode>, limits: JSONLimits, duplicateKeys: DuplicateKeyPolicy) {
    self.tape = tape
    self.limits = limits
    self.duplicateKeys = duplicateKeys
  }

  /// Reads all of `text`, which must be one value and white space.
  mutating func scan(_ text: Span<UInt8>) throws(JSONSyntaxError) {
    guard text.count <= limits.bytesMax else {
      throw JSONSyntaxError(.tooLarge, at: 0, of: text, found: "\(text.count) bytes", expected: "at most \(limits.bytesMax) bytes")
    }
    skipWhitespace(text)
    guard position < text.count else { throw JSONSyntaxError(.empty, at: position, of: text, expected: "a value") }
    try rejectByteOrderMark(text)
    try scanValue(text)
    while container >= 0 { try scanNext(text) }
    skipWhitespace(text)
    guard position == text.count else { throw fault(text, expected: "the end of the text after its one value") }
  }

  // MARK: Structure

  /// Goes on in the innermost open container, behind one of its values or behind its opening bracket.
  private mutating func scanNext(_ text: Span<UInt8>) throws(JSONSyntaxError) {
    let isObject = tape[container].kind == .object
    let isFirst = tape[container].extra == 0
    skipWhitespace(text)
    guard position < text.count else {
      throw fault(text, expected: isObject ? "',' or '}' before the end" : "',' or ']' before the end")
    }
    let byte = text[position]
    if byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) { return try closeContainer(text) }
    if !isFirst {
      guard byte == UInt8(ascii: ",") else { throw fault(text, expected: isObject ? "',' or '}'" : "',' or ']'") }
      let comma = position
      position += 1
      skipWhitespace(text)
      try rejectTrailingComma(text, comma: comma, isObject: isObject)
    }
    tape[container].extra += 1
    if isObject { try scanName(text) }
    try scanValue(text)
  }

  private mutating func openContainer(_ kind: JSONKind, _ text: Span<UInt8>) throws(JSONSyntaxError) {
    depth += 1
    guard depth <= limits.depthMax else { throw fault(text, .tooDeep, expected: "at most \(limits.depthMax) levels of nesting") }
    tape.append(JSONNode(kind, start: position, end: position, next: container))
    container = tape.count - 1
    position += 1
  }

  private mutating func closeContainer(_ text: Span<UInt8>) throws(JSONSyntaxError) {
    position += 1
    depth -= 1
    let closed = container
    container = Int(Int32(bitPattern: tape[closed].next))
    tape[closed].next = UInt32(tape.count)
    tape[closed].end = UInt32(position)
    if duplicateKeys == .reject, tape[closed].kind == .object, tape[closed].extra > 1 { try rejectDuplicateNames(in: closed, text) }
  }

  private mutating func scanName(_ text: Span<UInt8>) throws(JSONSyntaxError) {
    guard position < text.count, text[position] == UInt8(ascii: "\"") else {
      throw fault(text, expected: "a member name in quotation marks")
    }
    let index = tape.count
    try scanString(text)
    let node = tape[index]
    if node.flags.contains(.escaped) {
      let name = JSONText.unescaped(text, from: Int(node.start) + 1, to: Int(node.end) - 1)
      tape[index].extra = JSONNode.fingerprint(name.span, from: 0, to: name.count)
    } else {
      tape[index].extra = JSONNode.fingerprint(text, from: Int(node.start) + 1, to: Int(node.end) - 1)
    }
    skipWhitespace(text)
    guard position < text.count, text[position] == UInt8(ascii: ":") else { throw fault(text, expected: "':' after a member name") }
    position += 1
  }

  private mutating func scanValue(_ text: Span<UInt8>) throws(JSONSyntaxError) {
    skipWhitespace(text)
    guard position < text.count else { throw fault(text, expected: "a value") }
    switch text[position] {
    case UInt8(ascii: "\""): try scanString(text)
    case UInt8(ascii: "{"): try openContainer(.object, text)
    case UInt8(ascii: "["): try openContainer(.array, text)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try scanNumber(text)
    case UInt8(ascii: "t"): try scanWord("true", .bool, .isTrue, text)
    case UInt8(ascii: "f"): try scanWord("false", .bool, [], text)
    case UInt8(ascii: "n"): try scanWord("null", .null, [], text)
    default: throw fault(text, expected: "a value")
    }
  }

  // MARK: Scalars

  private mutating func scanWord(
    _ word: StaticString, _ kind: JSONKind, _ flags: JSONNode.Flags, _ text: Span<UInt8>
  ) throws(JSONSyntaxError) {
    let start = position
    let matches = word.withUTF8Buffer { expected in
      guard text.count - start >= expected.count else { return false }
      for index in 0..<expected.count where text[start + index] != expected[index] { return false }
      return true
    }
    guard matches else { throw fault(text, expected: "true, false, null or another value") }
    position += word.utf8CodeUnitCount
    append(kind, from: start, flags: flags)
  }

  private mutating func scanString(_ text: Span<UInt8>) throws(JSONSyntaxError) {
    let start = position
    var index = position + 1
    var flags: JSONNode.Flags = []
    while true {
      guard index < text.count else {
        position = text.count
        throw fault(text, expected: "a closing quotation mark")
      }
      let byte = text[index]
      if byte == UInt8(ascii: "\"") { break }
      if byte >= 0x80 {
        index = try JSONText.endOfScalar(text, at: index)
      } else if byte == UInt8(ascii: "\\") {
        flags = .escaped
        index = try JSONText.endOfEscape(text, at: index)
      } else if byte < 0x20 {
        throw JSONSyntaxError(.syntax, at: index, of: text, expected: "control characters in a string to be written as \\u00XX")
      } else {
        index += 1
      }
    }
    position = index + 1
    append(.string, from: start, flags: flags)
  }

  private mutating func scanNumber(_ text: Span<UInt8>) throws(JSONSyntaxError) {
    let start = position
    var flags: JSONNode.Flags = .integer
    if text[position] == UInt8(ascii: "-") { position += 1 }
    if position < text.count, text[position] == UInt8(ascii: "0") {
      position += 1
      if position < text.count, JSONText.isDigit(text[position]) { throw fault(text, expected: "no digit after a leading zero") }
    } else {
      try scanDigits(text)
    }
    if position < text.count, text[position] == UInt8(ascii: ".") {
      flags = []
      position += 1
      try scanDigits(text)
    }
    if position < text.count, text[position] | 0x20 == UInt8(ascii: "e") {
      flags = []
      position += 1
      if position < text.count, text[position] == UInt8(ascii: "+") || text[position] == UInt8(ascii: "-") { position += 1 }
      try scanDigits(text)
    }
    append(.number, from: start, flags: flags)
  }

  private mutating func scanDigits(_ text: Span<UInt8>) throws(JSONSyntaxError) {
    guard position < text.count, JSONText.isDigit(text[position]) else { throw fault(text, expected: "a digit") }
    while position < text.count, JSONText.isDigit(text[position]) { position += 1 }
  }

  @inline(__always)
  private mutating func append(_ kind: JSONKind, from start: Int, flags: JSONNode.Flags) {
    tape.append(JSONNode(kind, start: start, end: position, next: tape.count + 1, flags: flags))
  }

  @inline(__always)
  private mutating func skipWhitespace(_ text: Span<UInt8>) {
    while position < text.count {
      switch text[position] {
      case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): position += 1
      default: return
      }
    }
  }

  // MARK: Faults

  private func fault(_ text: Span<UInt8>, _ code: JSONSyntaxError.Code = .syntax, expected: String) -> JSONSyntaxError {
    JSONSyntaxError(code, at: position, of: text, expected: expected)
  }

  private func rejectByteOrderMark(_ text: Span<UInt8>) throws(JSONSyntaxError) {
    guard position + 2 < text.count, text[position] == 0xEF, text[position + 1] == 0xBB, text[position + 2] == 0xBF else { return }
    throw JSONSyntaxError(
      .syntax, at: position, of: text, found: "a byte order mark", expected: "a value (UTF-8 without a byte order mark)")
  }

  /// The fault is the comma, not the bracket that shows it.
  private func rejectTrailingComma(_ text: Span<UInt8>, comma: Int, isObject: Bool) throws(JSONSyntaxError) {
    guard position < text.count, text[position] == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { return }
    throw JSONSyntaxError(
      .syntax, at: comma, of: text, found: "a trailing comma",
      expected: isObject ? "'}' behind the last member" : "']' behind the last element")
  }

  private func rejectDuplicateNames(in object: Int, _ text: Span<UInt8>) throws(JSONSyntaxError) {
    guard let duplicate = JSONDuplicateNames.firstRepeated(in: object, tape: tape, text: text) else { return }
    throw JSONSyntaxError(
      .duplicateKey, at: duplicate, of: text, found: "a member name that the object already has", expected: "each name once")
  }
}
