import Foundation
import Testing

/// The shape of the repository: who may depend on whom, and the rules that every file keeps (`design/architecture.md`, `design/style.md`).
struct ArchitectureTests {
  @Test(.timeLimit(.minutes(2)))
  func theManifestHasOnlyAllowedEdges() async throws {
    let manifest = try await PackageManifest.load()
    var faults: [String] = []
    for target in manifest.targets where target.type != "test" && target.type != "plugin" {
      guard let row = ArchitectureRules.rows[target.name] else {
        faults.append("\(target.name) has no row in ArchitectureRules")
        continue
      }
      let excess = target.dependencies.subtracting(row.own).subtracting(row.modules)
      faults += excess.sorted().map { "\(target.name) depends on \($0)" }
    }
    #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
    #expect(manifest.targets.contains { $0.type != "test" })
  }

  @Test(.timeLimit(.minutes(2)))
  func everySwiftTargetIsBuiltStrictly() async throws {
    let wanted: Set<String> = [
      "swiftLanguageMode 6", "treatAllWarnings error", "enableUpcomingFeature MemberImportVisibility",
      "enableUpcomingFeature ExistentialAny",
    ]
    let folders = Set(try (SourceFile.all(below: "Sources") + SourceFile.all(below: "Tests")).map(\.target))
    for target in try await PackageManifest.load().targets where folders.contains(target.name) {
      let missing = wanted.subtracting(target.settings)
      #expect(missing.isEmpty, "\(target.name) lacks \(missing.sorted())")
    }
  }

  @Test func importsHaveOnlyAllowedEdges() throws {
    var faults: [String] = []
    for file in try SourceFile.all(below: "Sources") {
      let row = ArchitectureRules.rows[file.target] ?? ArchitectureRules.Row()
      let isPure = ArchitectureRules.pure.contains(file.target)
      let allowed = row.own.union(row.modules).union(ArchitectureRules.everywhere).union(isPure ? [] : ["Foundation"])
      faults += file.imports.subtracting(allowed).sorted().map { "\(file.path) imports \($0)" }
    }
    #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
  }

  @Test func onlyBridgesTouchC() throws {
    var faults: [String] = []
    for file in try SourceFile.all(below: "Sources") {
      for (module, targets) in ArchitectureRules.bridges where file.imports.contains(module) {
        let isBridge = targets.contains(file.target) && file.path.contains("/Bridge/")
        if !isBridge { faults.append("\(file.path) imports \(module); only a Bridge folder of \(targets.sorted()) may") }
      }
    }
    #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
  }

  @Test(arguments: ["Sources", "Tests"])
  func filesAreShort(folder: String) throws {
    let long = try SourceFile.all(below: folder).filter { $0.lineCount > ArchitectureRules.linesMax }.map {
      "\($0.path): \($0.lineCount) lines"
    }
    #expect(long.isEmpty, "\(long.joined(separator: "\n"))")
  }

  @Test func sourcesHaveNoForbiddenWords() throws {
    var faults: [String] = []
    for file in try SourceFile.all(below: "Sources") {
      for (index, line) in file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        for (text, reason) in ArchitectureRules.forbidden where line.contains(text) {
          faults.append("\(file.path):\(index + 1) has \(text.trimmingCharacters(in: .whitespaces)): \(reason)")
        }
      }
    }
    #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
  }

  @Test func uncheckedSendabilityGivesItsReason() throws {
    var faults: [String] = []
    for file in try SourceFile.all(below: "Sources") {
      let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
      for (index, line) in lines.enumerated()
      where line.contains("@unchecked Sendable") && !line.trimmingPrefix(while: \.isWhitespace).hasPrefix("//") {
        // The comment may stand above, or inside as the first lines of the type.
        let around = [index - 1, index + 1].filter(lines.indices.contains).map { lines[$0].trimmingPrefix(while: \.isWhitespace) }
        let isExplained = line.contains("//") || around.contains { $0.hasPrefix("//") }
        if !isExplained { faults.append("\(file.path):\(index + 1): @unchecked Sendable without a comment beside it") }
      }
    }
    #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
  }

  @Test func theTableHasNoCycle() {
    // Removes targets without unresolved dependencies until nothing is left; what stays is a cycle.
    var rest = ArchitectureRules.rows.mapValues(\.own)
    while let free = rest.first(where: { $0.value.intersection(rest.keys).isEmpty })?.key { rest[free] = nil }
    #expect(rest.isEmpty, "cycle among \(rest.keys.sorted())")
  }

  @Test(
    arguments: [
      ("import Foo", "Foo"), ("@testable import Foo", "Foo"), ("public import struct Foo.Bar", "Foo"), ("  import Foo", "Foo"),
      ("@_exported @preconcurrency import Foo", "Foo"), ("// import Foo", nil), ("let import = 1", nil), ("importer Foo", nil),
    ] as [(String, String?)])
  func importsAreFound(line: String, module: String?) {
    #expect(SourceFile(path: "Sources/X/A.swift", text: line).imports.first == module)
  }

  @Test func theTestsWouldSeeAFault() throws {
    let json =
      #"{"targets":[{"name":"A","type":"regular","dependencies":[{"byName":["B",null]},{"product":["C","p",null,null]}],"settings":[]}]}"#
    let manifest = try PackageManifest(json: Data(json.utf8))
    #expect(manifest.targets.map(\.dependencies) == [["B", "C"]])
    #expect(try SourceFile.all(below: "Sources").count > 10)
  }
}
