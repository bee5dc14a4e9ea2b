/// A label with its value.
public struct LabelPair: Sendable, Hashable, Comparable {
  /// The label's name.
  public let name: String
  /// Its value, any text.
  public let value: String

  /// Creates a pair.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }

  /// By name, then by value.
  public static func < (left: LabelPair, right: LabelPair) -> Bool {
    (left.name, left.value) < (right.name, right.value)
  }
}
