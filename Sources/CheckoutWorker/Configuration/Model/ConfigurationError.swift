/// The configuration cannot be used. Lists everything that is wrong with it, so that it is mended in one go; the command line ends with exit code 2.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// All problems, in the order of the sources, then those that concern several keys. Never empty.
  public let problems: [ConfigurationProblem]

  /// One line for each problem.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
