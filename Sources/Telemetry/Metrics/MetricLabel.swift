/// One dimension of a metric: its name and what its values are. Values must come from a small set, never from a record's content.
public struct MetricLabel: Sendable, Equatable, ExpressibleByStringLiteral {
  /// The label's name, `[a-zA-Z_][a-zA-Z0-9_]*`.
  public let name: String
  /// What the values mean, or the values themselves, for the metrics table; may be empty.
  public let meaning: String

  /// Creates a label.
  public init(_ name: String, meaning: String = "") {
    self.name = name
    self.meaning = meaning
  }

  /// A label whose name speaks for itself.
  public init(stringLiteral name: String) {
    self.init(name)
  }
}
