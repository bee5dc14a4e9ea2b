/// The unit of a metric's values. Open: any word may be a unit; the named ones are those whose names the catalog checks.
public struct MetricUnit: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// Seconds; the name then contains `_seconds`.
  public static let seconds: MetricUnit = "seconds"
  /// Bytes; the name then contains `_bytes`.
  public static let bytes: MetricUnit = "bytes"
  /// A share between 0 and 1; the name then contains `_ratio`.
  public static let ratio: MetricUnit = "ratio"

  /// The unit's word, such as `records`.
  public let description: String

  /// Creates a unit from its word.
  public init(stringLiteral description: String) {
    self.description = description
  }

  /// What a name must contain, for the units that Prometheus' conventions name.
  var requiredNamePart: String? {
    switch self {
    case .seconds, .bytes, .ratio: "_\(description)"
    default: nil
    }
  }
}
