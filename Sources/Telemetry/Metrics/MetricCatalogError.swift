/// A catalog that cannot be used, with everything that is wrong with it.
public struct MetricCatalogError: Error, Equatable, CustomStringConvertible {
  /// One faulty entry.
  public struct Problem: Sendable, Equatable, CustomStringConvertible {
    /// The metric's name as given.
    public let metric: String
    /// What is wrong and what was expected.
    public let reason: String

    /// The problem on one line.
    public var description: String { "\(metric): \(reason)" }
  }

  /// All problems, in the order of the catalog.
  public let problems: [Problem]

  /// All problems on one line.
  public var description: String {
    "metric catalog: " + problems.map(\.description).joined(separator: "; ")
  }
}
