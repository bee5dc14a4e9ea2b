/// Why the request of a dead letter cannot be sent again. Holds no customer data.
public struct ReplayRequestError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A stable name for programs. Open.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name, in capitals.
    public let rawValue: String
    /// Makes a code from its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Retention, compaction or a deletion has removed the original from the request topic.
    public static let gone = Code(rawValue: "GONE")
    /// The dead letter does not say where its original stands, or there is no such topic or partition.
    public static let noOriginal = Code(rawValue: "NO_ORIGINAL")
    /// The record at the original's place has another body.
    public static let otherRecord = Code(rawValue: "OTHER_RECORD")
    /// The dead letter carries a masked value.
    public static let redacted = Code(rawValue: "REDACTED")
    /// The edit has no patch, or one that is no JSON object.
    public static let invalidPatch = Code(rawValue: "INVALID_PATCH")
    /// The body that failed is no JSON that a patch could be applied to.
    public static let unreadableBody = Code(rawValue: "UNREADABLE_BODY")
  }

  /// Why, for programs.
  public var code: Code
  /// Why, for people.
  public var message: String

  /// Makes an error.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// ``message``.
  public var description: String { message }
}
