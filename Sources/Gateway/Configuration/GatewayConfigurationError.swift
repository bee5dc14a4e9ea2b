/// What is wrong with a ``GatewayConfiguration``: all of it at once.
public struct GatewayConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One fault.
  public struct Problem: Hashable, Sendable, CustomStringConvertible {
    /// The key, e.g. `gateway.baseURL`.
    public var field: String
    /// What is wrong and what was expected; never a secret.
    public var reason: String

    /// `field: reason`.
    public var description: String { "\(field): \(reason)" }
  }

  /// The faults in the order of the fields.
  public var problems: [Problem]

  /// One line a fault.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
