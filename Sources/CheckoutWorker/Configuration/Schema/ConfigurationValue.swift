/// A value as a source gave it, before the schema reads it.
enum ConfigurationValue: Sendable, Hashable {
  /// One text: a YAML scalar, an environment variable, a flag.
  case scalar(String)
  /// A YAML sequence of scalars.
  case list([String])

  /// The text of a scalar without white space around it; nil for a list.
  var text: String? {
    switch self {
    case .scalar(let text): text.trimmingWhitespace()
    case .list: nil
    }
  }

  /// The elements of a list; a scalar is split at commas, so that environment variables and flags can give lists too.
  var elements: [String] {
    switch self {
    case .scalar(let text): text.split(separator: ",").map { String($0).trimmingWhitespace() }.filter { !$0.isEmpty }
    case .list(let elements): elements.map { $0.trimmingWhitespace() }
    }
  }
}

extension String {
  /// The text without spaces, tabs and line breaks at both ends.
  func trimmingWhitespace() -> String {
    guard let start = firstIndex(where: { !$0.isWhitespace }), let end = lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(self[start...end])
  }
}
