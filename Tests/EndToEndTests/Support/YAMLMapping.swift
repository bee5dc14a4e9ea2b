/// Settings by their paths, as a configuration file.
struct YAMLMapping {
  private enum Node {
    case value(String)
    case mapping([String: Node])
  }

  private var members: [String: Node] = [:]

  /// Sets what stands at a path of member names.
  mutating func set(_ path: [String], to value: String) { Self.set(path[...], to: value, in: &members) }

  private static func set(_ path: ArraySlice<String>, to value: String, in members: inout [String: Node]) {
    guard let name = path.first else { return }
    guard path.count > 1 else {
      members[name] = .value(value)
      return
    }
    var inner: [String: Node] = [:]
    if case .mapping(let known)? = members[name] { inner = known }
    set(path.dropFirst(), to: value, in: &inner)
    members[name] = .mapping(inner)
  }

  /// In one line, in flow style; numbers are plain, everything else is quoted.
  var text: String { Self.text(members) }

  private static func text(_ members: [String: Node]) -> String {
    let parts = members.sorted { $0.key < $1.key }.map { name, node in
      switch node {
      case .value(let value): "'\(name)': " + (Int(value) == nil ? "'\(value.replacing("'", with: "''"))'" : value)
      case .mapping(let inner): "'\(name)': \(text(inner))"
      }
    }
    return "{\(parts.joined(separator: ", "))}"
  }
}
