import FoundationEssentials
import Yams

/// Reads one YAML file. Nested mappings become keys with dots; a key with dots in it is the same as nesting.
struct YAMLConfigurationSource: Sendable {
  /// Largest file that is read, in bytes.
  static let bytesMax = 1 << 20
  /// Deepest nesting that is followed.
  static let depthMax = 16

  let path: String

  /// Adds the settings of the file, or what is wrong with it.
  func read(into reading: inout ConfigurationReading) {
    guard let data = FileManager.default.contents(atPath: path) else {
      return reading.report("", .file(path, line: 0), "cannot be read: expected a YAML file")
    }
    guard data.count <= Self.bytesMax else { return reading.report("", .file(path, line: 0), "is larger than 1MiB") }
    guard let text = String(validating: data, as: UTF8.self) else { return reading.report("", .file(path, line: 0), "is not UTF-8 text") }
    read(text, into: &reading)
  }

  /// Adds the settings of a YAML text.
  func read(_ text: String, into reading: inout ConfigurationReading) {
    do {
      guard let root = try Yams.compose(yaml: text), !Self.isNull(root) else { return }
      walk(root, key: "", depth: 0, into: &reading)
    } catch {
      let (line, message) = Self.explain(error)
      reading.report("", .file(path, line: line), message)
    }
  }

  private func walk(_ node: Node, key: String, depth: Int, into reading: inout ConfigurationReading) {
    let origin = origin(of: node)
    switch node {
    case .mapping(let mapping):
      guard depth < Self.depthMax else { return reading.report(key, origin, "is nested more than \(Self.depthMax) levels deep") }
      for (name, value) in mapping { walk(member: name, value, of: key, depth: depth, into: &reading) }
    case .scalar(let scalar):
      guard !key.isEmpty else { return reading.report("", origin, "expected a mapping of keys at the top of the file") }
      add(key, .scalar(scalar.string), origin, into: &reading)
    case .sequence(let sequence):
      guard !key.isEmpty else { return reading.report("", origin, "expected a mapping of keys at the top of the file, got a list") }
      let elements = sequence.compactMap { $0.scalar?.string }
      guard elements.count == sequence.count else { return reading.report(key, origin, "expected a list of plain values") }
      add(key, .list(elements), origin, into: &reading)
    case .alias:
      reading.report(key, origin, "refers to an anchor that does not exist")
    }
  }

  private func walk(member name: Node, _ value: Node, of key: String, depth: Int, into reading: inout ConfigurationReading) {
    // The key's own line is what a person looks for; a block value starts one line further down.
    let origin = origin(of: name)
    guard let name = name.scalar?.string, !name.isEmpty else { return reading.report(key, origin, "has a key that is not plain text") }
    let path = key.isEmpty ? name : "\(key).\(name)"
    if Self.isNull(value) {
      if !ConfigurationSchema.isSection(path) { reading.report(path, origin, "has no value: give one or remove the line") }
    } else if case .scalar(let scalar) = value {
      add(path, .scalar(scalar.string), origin, into: &reading)
    } else {
      walk(value, key: path, depth: depth + 1, into: &reading)
    }
  }

  private func add(_ key: String, _ value: ConfigurationValue, _ origin: ConfigurationOrigin, into reading: inout ConfigurationReading) {
    guard reading.add(key, value, origin) else {
      if reading.problems.last?.message != Self.tooMany { reading.report("", .file(path, line: 0), Self.tooMany) }
      return
    }
  }

  private func origin(of node: Node) -> ConfigurationOrigin { .file(path, line: node.mark?.line ?? 0) }

  private static let tooMany = "gives more than \(ConfigurationReading.settingsMax) values"

  /// True for a plain `null`, `~` or nothing; a quoted one is text.
  private static func isNull(_ node: Node) -> Bool {
    guard case .scalar(let scalar) = node, scalar.style == .plain || scalar.style == .any else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }

  /// Line and message of a reader's error. Its own description quotes the file, which may hold a credential, so it is not used.
  private static func explain(_ error: any Error) -> (line: Int, message: String) {
    switch error {
    case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _):
      (mark.line, "is not valid YAML: \(problem) (column \(mark.column))")
    case YamlError.reader(let problem, _, _, _): (0, "is not valid YAML: \(problem)")
    case YamlError.duplicatedKeysInMapping(let duplicates, let context):
      (context.mark.line, "has the same key more than once in one mapping: \(duplicates.sorted().joined(separator: ", "))")
    default: (0, "is not valid YAML")
    }
  }
}
