/// The kinds of JSON values (RFC 8259, section 3).
public enum JSONKind: UInt8, Hashable, Sendable, CaseIterable {
  /// `{…}`.
  case object
  /// `[…]`.
  case array
  /// `"…"`.
  case string
  /// `-1.5e3` and the like.
  case number
  /// `true` or `false`.
  case bool
  /// `null`.
  case null

  /// The kind with its article, for messages: `an object`, `a string`, `null`.
  public var withArticle: String {
    switch self {
    case .object: "an object"
    case .array: "an array"
    case .string: "a string"
    case .number: "a number"
    case .bool: "a boolean"
    case .null: "null"
    }
  }
}
