/// Why a process could not be started.
public struct SpawnError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What happened, for people.
  public let description: String

  /// Makes a failure.
  public init(_ description: String) { self.description = description }
}
