/// The gateway's name of a checkout session: a UUID (`contract/gateway.md`, "POST /sessions — response").
public struct SessionID: Hashable, Sendable, CustomStringConvertible {
  /// The id as the gateway wrote it.
  public let rawValue: String

  /// Accepts a UUID in its 36-character form, in either case; nil for anything else.
  public init?(_ text: String) {
    guard UUIDFormat.isUUID(text.utf8) else { return nil }
    rawValue = text
  }

  /// The id as the gateway wrote it.
  public var description: String { rawValue }
}
