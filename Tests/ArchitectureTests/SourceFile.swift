import FoundationEssentials

/// One Swift file of the repository.
struct SourceFile: Sendable {
  /// Path from the repository's root, e.g. `Sources/Kafka/Bridge/ClientHandle.swift`.
  let path: String
  /// The text.
  let text: String

  /// The repository's root.
  static let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// All Swift files below `Sources` or `Tests`.
  static func all(below folder: String) throws -> [SourceFile] {
    let base = root.appending(path: folder).path
    return try FileManager.default.subpathsOfDirectory(atPath: base).filter { $0.hasSuffix(".swift") && !$0.contains(".build") }.sorted()
      .map { name in
        let data = try Data(contentsOf: URL(filePath: "\(base)/\(name)"))
        return SourceFile(path: "\(folder)/\(name)", text: String(decoding: data, as: UTF8.self))
      }
  }

  /// The target: the folder below `Sources`.
  var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

  /// Number of lines.
  var lineCount: Int { text.split(separator: "\n", omittingEmptySubsequences: false).count - (text.hasSuffix("\n") ? 1 : 0) }

  /// Lines without comments, so that prose may use any word.
  var code: [Substring] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard let comment = line.firstRange(of: "//") else { return line }
      // A URL in a string literal is no comment.
      let before = line[..<comment.lowerBound]
      return before.hasSuffix(":") ? line : before
    }
  }

  /// The modules that are imported, in any of the forms Swift has.
  var imports: Set<String> {
    Set(code.compactMap { Self.importedModule(in: $0) })
  }

  /// The module of a line such as `@testable public import struct Foo.Bar`; nil for any other line.
  static func importedModule(in line: Substring) -> String? {
    var words = line.split(whereSeparator: \.isWhitespace)[...]
    let modifiers: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
    while let word = words.first, word.hasPrefix("@") || modifiers.contains(word) { words.removeFirst() }
    guard words.popFirst() == "import" else { return nil }
    let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "typealias", "func", "var", "let"]
    if let kind = words.first, kinds.contains(kind) { words.removeFirst() }
    return words.first?.split(separator: ".").first.map(String.init)
  }
}
