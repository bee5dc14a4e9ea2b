/// Why a simulator could not be started or a scenario not be used.
public struct SimulatorError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of failure, for programs.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name.
    public let rawValue: String
    /// Makes a code from its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A value of ``SimulatorConfiguration`` is out of range.
    public static let configuration = Code(rawValue: "configuration")
    /// The scenario file cannot be read.
    public static let unreadable = Code(rawValue: "unreadable")
    /// The scenario is not YAML, or not what `config/scenarios/README.md` says.
    public static let scenario = Code(rawValue: "scenario")
    /// The port is taken or the address is not this machine's.
    public static let bind = Code(rawValue: "bind")
  }

  /// What kind of failure.
  public let code: Code
  /// All problems found, each naming its field and what was expected.
  public let problems: [String]

  /// Makes an error; `problems` holds at least one.
  public init(_ code: Code, problems: [String]) {
    self.code = code
    self.problems = problems
  }

  /// One problem a line.
  public var description: String { problems.joined(separator: "\n") }
}
