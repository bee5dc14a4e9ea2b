/// A credential. It never appears in a description, a debug description, a mirror, or an interpolated string: all of them say `[secret]`.
///
/// The value is reached only through ``reveal()``, so that every place that uses a credential is found by searching for that word.
public struct Secret: Sendable, Hashable {
  private let value: String

  /// Wraps a credential.
  public init(_ value: String) {
    self.value = value
  }

  /// The credential itself. For the `Authorization` header, the token form and librdkafka's configuration, and nothing else.
  public func reveal() -> String {
    value
  }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Always `[secret]`.
  public var description: String { "[secret]" }

  /// Always `[secret]`.
  public var debugDescription: String { "[secret]" }

  /// A mirror without children, so that `dump` and test failure messages cannot show the value.
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
