/// Text that must not be shown: a client secret, a token, a proxy's password. Prints as `<secret>`.
public struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The text itself, for the wire only.
  public let value: String

  /// Wraps `value`.
  public init(_ value: String) { self.value = value }

  /// Not the value.
  public var description: String { "<secret>" }
  /// Not the value.
  public var debugDescription: String { "<secret>" }
  /// Not the value.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
