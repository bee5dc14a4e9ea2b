/// A place an operator looks at next.
public struct OperationsLink: Sendable, Equatable {
  /// The link's text.
  public let title: String
  /// A path on this server or an http(s) URL; anything else is shown without a link.
  public let target: String
  /// When to look there.
  public let note: String

  /// Creates a link.
  public init(title: String, target: String, note: String = "") {
    self.title = title
    self.target = target
    self.note = note
  }

  /// Whether the target may stand in an `href`: `javascript:` and its like may not.
  var isSafe: Bool {
    (target.hasPrefix("/") && !target.hasPrefix("//")) || target.hasPrefix("https://") || target.hasPrefix("http://")
  }
}
