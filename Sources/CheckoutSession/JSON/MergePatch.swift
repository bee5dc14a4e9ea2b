/// A JSON Merge Patch (RFC 7386): an object whose members replace those of a text, and whose nulls take members away.
///
/// What the patch does not name stays byte for byte, white space between members included: the gateway sees the request as its sender wrote it.
public struct MergePatch: Sendable {
  private let document: JSONDocument

  /// What a patch may be at most: it is written by a person, or made by a script for one cause.
  public static let limits = JSONLimits(bytesMax: 64 * 1024)
  /// What a text that is patched may be at most: the largest record that a broker takes by default.
  public static let targetLimits = JSONLimits(bytesMax: 1024 * 1024)

  /// Reads a patch. A name that stands twice in one object is refused: nobody can say which of the two was meant.
  /// - Throws: `JSONSyntaxError`, also for one that is longer or deeper than ``limits``.
  public init(_ bytes: ArraySlice<UInt8>) throws(JSONSyntaxError) {
    document = try JSONDocument.parse(bytes, limits: Self.limits)
  }

  /// What the patch is; one that is no object replaces the whole text.
  public var kind: JSONKind { document.root.kind }

  /// The patch without white space between its parts: on one line.
  public var compact: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(document.bytes.count)
    var (isInString, isEscaped) = (false, false)
    for byte in document.bytes {
      if isInString || byte > UInt8(ascii: " ") { result.append(byte) }
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\"") {
        isInString.toggle()
      } else {
        isEscaped = isInString && byte == UInt8(ascii: "\\")
      }
    }
    return result
  }

  /// The patched text. Nil is a text that is not there, which an object is made of.
  ///
  /// Takes the patch's members times the text's in the worst case, both of which are bounded.
  /// - Throws: `JSONSyntaxError` when `target` is no JSON, names a member twice, or is over ``targetLimits``.
  public func apply(to target: ArraySlice<UInt8>?) throws(JSONSyntaxError) -> [UInt8] {
    let parsed = try target.map { bytes throws(JSONSyntaxError) in try JSONDocument.parse(bytes, limits: Self.targetLimits) }
    var result: [UInt8] = []
    result.reserveCapacity((target?.count ?? 0) + document.bytes.count)
    if let parsed, document.root.kind == .object {
      // White space around the value is the text's as well.
      let range = parsed.root.sourceRange
      result += parsed.bytes.prefix(range.lowerBound)
      Self.merge(parsed.root, document.root, into: &result)
      result += parsed.bytes.dropFirst(range.upperBound)
    } else {
      Self.merge(parsed?.root, document.root, into: &result)
    }
    return result
  }

  private static func merge(_ target: JSONValue?, _ patch: JSONValue, into result: inout [UInt8]) {
    guard patch.kind == .object else {
      result += patch.source
      return
    }
    var text = ObjectText(target?.kind == .object ? target : nil)
    if let target, target.kind == .object {
      for (name, value) in target.members { keep(name, value, of: target, patch, in: &text) }
    }
    for (name, value) in patch.members where !value.isNull {
      if let target, target.kind == .object, member(called: name, of: target) != nil { continue }
      text.add { bytes in
        bytes += name.source
        bytes.append(UInt8(ascii: ":"))
        merge(nil, value, into: &bytes)
      }
    }
    result += text.finish()
  }

  private static func keep(_ name: JSONValue, _ value: JSONValue, of target: JSONValue, _ patch: JSONValue, in text: inout ObjectText) {
    guard let change = member(called: name, of: patch) else {
      text.keep(name, value) { $0 += value.source }
      return
    }
    guard !change.isNull else {
      text.skip(value)
      return
    }
    text.keep(name, value) { merge(value, change, into: &$0) }
  }

  private static func member(called name: JSONValue, of object: JSONValue) -> JSONValue? { name.string.flatMap { object[$0] } }
}

extension MergePatch {
  /// An object while it is written anew out of its old text: members keep the white space in front of them, and the last one the white space behind it.
  private struct ObjectText {
    private let bytes: ArraySlice<UInt8>
    private let end: Int
    /// Behind the last delimiter that was passed.
    private var position: Int
    private var result: [UInt8] = [UInt8(ascii: "{")]
    private var isEmpty = true
    private var newMemberSpace: ArraySlice<UInt8> = []

    init(_ object: JSONValue?) {
      guard let object else {
        (bytes, end, position) = ([], 0, 0)
        return
      }
      bytes = object.document.bytes
      // Inside the braces.
      position = bytes.startIndex + object.sourceRange.lowerBound + 1
      end = bytes.startIndex + object.sourceRange.upperBound - 1
      newMemberSpace = bytes[position..<end].prefix(while: Self.isSpace)
      // Nothing between the braces but space is not a line to repeat.
      if newMemberSpace.endIndex == end { newMemberSpace = [] }
    }

    mutating func keep(_ name: JSONValue, _ value: JSONValue, _ write: (inout [UInt8]) -> Void) {
      comma()
      // The space in front, the name, the colon, and the space around it.
      result += bytes[position..<bytes.startIndex + value.sourceRange.lowerBound]
      write(&result)
      pass(value)
    }

    mutating func skip(_ value: JSONValue) { pass(value) }

    mutating func add(_ write: (inout [UInt8]) -> Void) {
      comma()
      result += newMemberSpace
      write(&result)
    }

    consuming func finish() -> [UInt8] {
      let space = bytes[..<end].reversed().prefix(while: Self.isSpace).count
      if !isEmpty { result += bytes[max(end - space, position)..<end] }
      result.append(UInt8(ascii: "}"))
      return result
    }

    private mutating func comma() {
      if !isEmpty { result.append(UInt8(ascii: ",")) }
      isEmpty = false
    }

    private mutating func pass(_ value: JSONValue) {
      position = bytes.startIndex + value.sourceRange.upperBound
      let rest = bytes[position..<end]
      if let comma = rest.firstIndex(where: { !Self.isSpace($0) }) { position = comma + 1 }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\t")
    }
  }
}
