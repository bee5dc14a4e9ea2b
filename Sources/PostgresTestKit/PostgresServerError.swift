/// Why there is no PostgreSQL server for a test.
public struct PostgresServerError: Error, Sendable, CustomStringConvertible {
  /// What happened, for people.
  public let description: String
}
