import CheckoutSession

/// `config/default.yaml`, generated from ``ConfigurationSchema``: every key with its default, keys without one as a commented example.
public enum DefaultConfigurationFile {
  /// The whole file.
  public static func yaml() -> String {
    var lines = [
      "# Every key with its default; the worker behaves the same without this file. Copy what you change.",
      "# Generated from the schema (make reference). Keys without a default are commented out. Full table: reference.md",
    ]
    for section in ConfigurationSchema.sections {
      var tree = Branch()
      for entry in section.entries where !entry.isSecret { tree.insert(leaf(entry), at: path(entry.key)) }
      if section.name == "kafka" {
        tree.insert(Leaf(text: propertyText, line: "security.protocol: sasl_ssl", isComment: true), at: propertyPath)
      }
      if section.name == "reconciliation" { insertModes(into: &tree) }
      if section.name == "merchants" {
        for entry in ConfigurationSchema.merchantRows where !entry.isSecret {
          tree.insert(leaf(entry), at: ["merchants", "acme"] + path(entry.key))
        }
      }
      lines.append("")
      lines += tree.lines(indent: 0)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Only what differs by itself, and one example: five times six keys that all repeat the default would help nobody.
  private static func insertModes(into tree: inout Branch) {
    let text = "The same keys for the sessions of one mode."
    tree.insert(Leaf(text: text, line: "interval: 20s", isComment: true), at: ["reconciliation", "schedule", "payment", "interval"])
    for mode in SessionMode.allCases {
      for (key, value) in ConfigurationSchema.ownScheduleDefaults(of: mode) {
        guard let row = ConfigurationSchema.scheduleRows().first(where: { $0.key == key }) else { continue }
        let place = path(ConfigurationSchema.schedulePrefix + ConfigurationSchema.name(of: mode)) + [key]
        tree.insert(Leaf(text: row.text + " (\(row.range))", line: "\(key): \(value)", isComment: false), at: place)
      }
    }
  }

  private static let propertyText = "Any librdkafka property, dots and all."
  private static let propertyPath = ["kafka", "properties", "security.protocol"]

  private static func path(_ key: String) -> [String] { key.split(separator: ".").map(String.init) }

  private static func leaf(_ entry: ConfigurationEntry<some Sendable>) -> Leaf {
    let name = path(entry.key).last ?? ""
    let range = entry.range.isEmpty ? "" : " (\(entry.range))"
    let value = entry.defaultText ?? entry.example ?? "[]"
    return Leaf(text: entry.text + range, line: "\(name): \(value)", isComment: entry.defaultText == nil)
  }

  private struct Leaf {
    let text: String
    let line: String
    let isComment: Bool
  }

  /// Part of the tree of keys, in the order of the schema.
  private struct Branch {
    private var members: [(name: String, leaf: Leaf?, branch: Branch?)] = []

    mutating func insert(_ leaf: Leaf, at path: [String]) {
      guard let name = path.first else { return }
      if path.count == 1 {
        members.append((name, leaf, nil))
      } else if let index = members.firstIndex(where: { $0.name == name }) {
        members[index].branch?.insert(leaf, at: Array(path.dropFirst()))
      } else {
        var branch = Branch()
        branch.insert(leaf, at: Array(path.dropFirst()))
        members.append((name, nil, branch))
      }
    }

    /// True when nothing below would be left after comments are dropped: then the section's own line is a comment too.
    var isComment: Bool { members.allSatisfy { $0.leaf?.isComment ?? $0.branch?.isComment ?? true } }

    func lines(indent: Int) -> [String] {
      members.flatMap { member -> [String] in
        let space = String(repeating: " ", count: indent)
        if let leaf = member.leaf {
          let comment = DefaultConfigurationFile.wrap(leaf.text, indent: indent).map { "\(space)# \($0)" }
          return comment + [space + (leaf.isComment ? "# " : "") + leaf.line]
        }
        guard let branch = member.branch else { return [] }
        return [space + (branch.isComment ? "# " : "") + member.name + ":"] + branch.lines(indent: indent + 2)
      }
    }
  }

  /// Breaks a comment into lines that end before column 120.
  private static func wrap(_ text: String, indent: Int) -> [String] {
    var lines = [""]
    for word in text.replacing("`", with: "").split(separator: " ") {
      if !lines[lines.count - 1].isEmpty, indent + 3 + lines[lines.count - 1].count + word.count > 118 { lines.append("") }
      lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
    }
    return lines
  }
}
