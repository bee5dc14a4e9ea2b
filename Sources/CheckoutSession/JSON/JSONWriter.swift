/// Appends JSON to a byte buffer: compact, members in the order of the calls, commas where they belong.
///
/// The caller keeps begin and end in pairs; the closure forms (``object(_:)``, ``object(_:_:)``) do it themselves.
public struct JSONWriter: ~Copyable {
  private var bytes: [UInt8]
  private var needsComma = false

  private init(_ bytes: consuming [UInt8]) { self.bytes = bytes }

  /// Runs `body` with a writer that appends to `buffer`. The buffer moves into the writer and back; nothing is copied.
  public static func append(to buffer: inout [UInt8], _ body: (inout JSONWriter) -> Void) {
    var taken: [UInt8] = []
    swap(&taken, &buffer)
    var writer = JSONWriter(taken)
    taken = []
    body(&writer)
    buffer = writer.finish()
  }

  private consuming func finish() -> [UInt8] { bytes }

  // MARK: Containers

  /// Begins an object as the next value.
  public mutating func beginObject() {
    separate()
    bytes.append(UInt8(ascii: "{"))
    needsComma = false
  }

  /// Ends the innermost object.
  public mutating func endObject() {
    bytes.append(UInt8(ascii: "}"))
    needsComma = true
  }

  /// Begins an array as the next value.
  public mutating func beginArray() {
    separate()
    bytes.append(UInt8(ascii: "["))
    needsComma = false
  }

  /// Ends the innermost array.
  public mutating func endArray() {
    bytes.append(UInt8(ascii: "]"))
    needsComma = true
  }

  /// An object as the next value.
  public mutating func object(_ body: (inout JSONWriter) -> Void) {
    beginObject()
    body(&self)
    endObject()
  }

  /// A member that is an object.
  public mutating func object(_ name: String, _ body: (inout JSONWriter) -> Void) {
    self.name(name)
    object(body)
  }

  /// A member that is an array.
  public mutating func array(_ name: String, _ body: (inout JSONWriter) -> Void) {
    self.name(name)
    beginArray()
    body(&self)
    endArray()
  }

  // MARK: Members

  /// The name of the next member.
  public mutating func name(_ name: String) {
    separate()
    quote(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// A member that is a string.
  public mutating func member(_ name: String, _ value: String) {
    self.name(name)
    string(value)
  }

  /// A member that is a string, or no member at all.
  public mutating func memberIfPresent(_ name: String, _ value: String?) {
    if let value { member(name, value) }
  }

  /// A member that is a string or null.
  public mutating func memberOrNull(_ name: String, _ value: String?) {
    self.name(name)
    if let value { string(value) } else { null() }
  }

  /// A member that is an integer or null.
  public mutating func memberOrNull(_ name: String, _ value: (some BinaryInteger)?) {
    self.name(name)
    if let value { integer(value) } else { null() }
  }

  /// A member that is an integer.
  public mutating func member(_ name: String, _ value: some BinaryInteger) {
    self.name(name)
    integer(value)
  }

  /// A member that is a truth value.
  public mutating func member(_ name: String, _ value: Bool) {
    self.name(name)
    bool(value)
  }

  /// A member that is a moment, as RFC 3339 text.
  public mutating func member(_ name: String, _ value: Timestamp) {
    self.name(name)
    timestamp(value)
  }

  // MARK: Values

  /// A string as the next value.
  public mutating func string(_ value: String) {
    separate()
    quote(value)
    needsComma = true
  }

  /// An integer as the next value.
  public mutating func integer(_ value: some BinaryInteger) {
    separate()
    DecimalText.append(value, to: &bytes)
    needsComma = true
  }

  /// `true` or `false` as the next value.
  public mutating func bool(_ value: Bool) { raw((value ? "true" : "false").utf8) }

  /// `null` as the next value.
  public mutating func null() { raw("null".utf8) }

  /// A moment as the next value, a string in RFC 3339 form.
  public mutating func timestamp(_ value: Timestamp) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    value.appendRFC3339(to: &bytes)
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  /// Bytes that are one JSON value already, as the next value.
  public mutating func raw(_ json: some Collection<UInt8>) {
    separate()
    bytes.append(contentsOf: json)
    needsComma = true
  }

  @inline(__always)
  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }

  private mutating func quote(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    let utf8 = text.utf8
    if Self.needsEscape(utf8.span) {
      for byte in utf8 { appendEscaped(byte) }
    } else {
      bytes.append(contentsOf: utf8)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  @inline(__always)
  private static func needsEscape(_ byte: UInt8) -> Bool { byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") }

  private static func needsEscape(_ text: Span<UInt8>) -> Bool {
    for index in text.indices where needsEscape(text[index]) { return true }
    return false
  }

  private mutating func appendEscaped(_ byte: UInt8) {
    guard Self.needsEscape(byte) else { return bytes.append(byte) }
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case 0x08: bytes.append(UInt8(ascii: "b"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0C: bytes.append(UInt8(ascii: "f"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    case 0..<0x20:
      bytes.append(contentsOf: "u00".utf8)
      bytes.append(HexadecimalText.digit(byte >> 4))
      bytes.append(HexadecimalText.digit(byte & 0xF))
    default: bytes.append(byte)
    }
  }
}
