/// Where and why a text is not the JSON we accept (RFC 8259 and ``JSONLimits``).
///
/// Says what kind of thing stands at the fault, never what the text contains: it may be a customer's data.
public struct JSONSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A stable name for programs. Open.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name, in capitals.
    public let rawValue: String
    /// Makes a code from its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The text breaks the grammar.
    public static let syntax = Code(rawValue: "SYNTAX")
    /// The text has no value at all.
    public static let empty = Code(rawValue: "EMPTY")
    /// Bytes that are not UTF-8, or half of a surrogate pair.
    public static let invalidUnicode = Code(rawValue: "INVALID_UNICODE")
    /// A member is named twice in one object.
    public static let duplicateKey = Code(rawValue: "DUPLICATE_KEY")
    /// Nested deeper than ``JSONLimits/depthMax``.
    public static let tooDeep = Code(rawValue: "TOO_DEEP")
    /// Longer than ``JSONLimits/bytesMax``.
    public static let tooLarge = Code(rawValue: "TOO_LARGE")
  }

  /// What is wrong, for programs.
  public var code: Code
  /// Offset of the fault in bytes from the beginning of the text.
  public var byteOffset: Int
  /// Line of the fault, from 1. Lines end with LF, CR or CRLF.
  public var line: Int
  /// Column of the fault, from 1, counted in Unicode scalars.
  public var column: Int
  /// What stands there, by kind: `a comma`, `a letter`, `the end of the text`.
  public var found: String
  /// What should stand there.
  public var expected: String

  /// `line 3, column 27: found …, expected …`.
  public var description: String { "line \(line), column \(column): found \(found), expected \(expected)" }
}

extension JSONSyntaxError {
  /// An error at `offset` of `text`, with line and column counted from the bytes before it.
  init(_ code: Code, at offset: Int, of text: Span<UInt8>, found: String? = nil, expected: String) {
    var line = 1
    var column = 1
    for index in 0..<min(offset, text.count) {
      let byte = text[index]
      if byte == UInt8(ascii: "\n") || (byte == UInt8(ascii: "\r") && !(index + 1 < text.count && text[index + 1] == UInt8(ascii: "\n"))) {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    self.code = code
    byteOffset = offset
    self.line = line
    self.column = column
    self.found = found ?? Self.kindOfByte(at: offset, of: text)
    self.expected = expected
  }

  /// Names the kind of thing at `offset`. Punctuation is named exactly, everything else only by its class.
  private static func kindOfByte(at offset: Int, of text: Span<UInt8>) -> String {
    guard offset < text.count else { return "the end of the text" }
    switch text[offset] {
    case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ":"):
      return "'\(Unicode.Scalar(text[offset]))'"
    case UInt8(ascii: ","): return "a comma"
    case UInt8(ascii: "\""): return "a quotation mark"
    case UInt8(ascii: "'"): return "an apostrophe"
    case UInt8(ascii: "/"), UInt8(ascii: "#"): return "a comment or stray sign"
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return "a digit"
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): return "a letter"
    case UInt8(ascii: "\n"), UInt8(ascii: "\r"): return "the end of the line"
    case 0..<0x20, 0x7F: return "a control character"
    case 0x80...: return "a character outside ASCII"
    default: return "a stray sign"
    }
  }
}
