/// One entry of a document's tape: a value or a member name, in the order of the text.
///
/// A container's children follow it; `next` skips all of them. An object's children are a name, its value, a name, its value, and so on.
struct JSONNode: Sendable {
  /// What stands at a node, beyond its kind.
  struct Flags: OptionSet, Sendable {
    let rawValue: UInt8
    /// A string or name with at least one backslash.
    static let escaped = Flags(rawValue: 1)
    /// A number with neither fraction nor exponent.
    static let integer = Flags(rawValue: 2)
    /// The value `true`.
    static let isTrue = Flags(rawValue: 4)
  }

  /// Offset of the first byte in the text, quotes included.
  var start: UInt32
  /// Offset behind the last byte.
  var end: UInt32
  /// Index of the node behind this one and everything inside it. While a container is open: the index of the container around it.
  var next: UInt32
  /// Count of elements or members of a container; fingerprint of a name.
  var extra: UInt32
  var kind: JSONKind
  var flags: Flags

  init(_ kind: JSONKind, start: Int, end: Int, next: Int, flags: Flags = [], extra: UInt32 = 0) {
    self.start = UInt32(truncatingIfNeeded: start)
    self.end = UInt32(truncatingIfNeeded: end)
    self.next = UInt32(truncatingIfNeeded: next)
    self.extra = extra
    self.kind = kind
    self.flags = flags
  }

  /// A few bits of a name, equal for equal names, so that most comparisons end without looking at the bytes.
  @inline(__always)
  static func fingerprint(_ name: Span<UInt8>, from start: Int, to end: Int) -> UInt32 {
    let count = end - start
    guard count > 0 else { return 0 }
    return UInt32(truncatingIfNeeded: count) << 24 | UInt32(name[start]) << 16 | UInt32(name[start + count / 2]) << 8
      | UInt32(name[end - 1])
  }
}
