import ProcessTestKit

/// Why there is no PostgreSQL server for a test.
public struct PostgresServerError: Error, Sendable, CustomStringConvertible {
  /// What happened, for people.
  public let description: String
}

extension PostgresServerError {
  /// A process that could not be started, or a port that could not be had.
  static func explaining<Value>(_ body: () throws(SpawnError) -> Value) throws(PostgresServerError) -> Value {
    do throws(SpawnError) {
      return try body()
    } catch {
      throw PostgresServerError(description: error.description)
    }
  }
}
