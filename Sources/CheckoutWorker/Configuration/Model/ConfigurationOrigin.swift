/// Where a value came from.
public enum ConfigurationOrigin: Sendable, Hashable, CustomStringConvertible {
  /// A line of a YAML file, counted from 1; 0: the file as a whole.
  case file(String, line: Int)
  /// An environment variable.
  case environment(String)
  /// A flag of the command line, e.g. `-X`.
  case flag(String)

  /// As it stands at the start of a message.
  public var description: String {
    switch self {
    case .file(let path, let line): line > 0 ? "\(path):\(line)" : path
    case .environment(let name): name
    case .flag(let name): name
    }
  }
}
