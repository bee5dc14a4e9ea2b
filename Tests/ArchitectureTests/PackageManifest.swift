import Foundation

/// What `swift package dump-package` says about the targets.
struct PackageManifest: Sendable {
  /// One target.
  struct Target: Sendable {
    let name: String
    let type: String
    /// Names of the targets and products it depends on.
    let dependencies: Set<String>
    /// Names of the Swift settings, e.g. `swiftLanguageMode 6`.
    let settings: Set<String>
  }

  let targets: [Target]

  /// Runs the package manager. It gets a scratch folder of its own: `swift test` holds the lock on the usual one, and waiting for it would
  /// never end.
  static func load() async throws -> PackageManifest {
    let scratch = FileManager.default.temporaryDirectory.appending(path: "architecture-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    // The output goes to a file: a pipe that nobody empties would block the package manager.
    let output = scratch.appending(path: "manifest.json")
    try Data().write(to: output)
    let handle = try FileHandle(forWritingTo: output)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "swift", "package", "--package-path", SourceFile.root.path, "--scratch-path", scratch.appending(path: "build").path, "dump-package",
    ]
    process.standardOutput = handle
    let status = try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Int32, any Error>) in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    guard status == 0 else { throw ManifestError(description: "swift package dump-package ended with \(status)") }
    return try PackageManifest(json: Data(contentsOf: output))
  }

  init(json: Data) throws {
    guard let root = try JSONSerialization.jsonObject(with: json) as? [String: Any], let list = root["targets"] as? [[String: Any]] else {
      throw ManifestError(description: "the manifest has no list of targets")
    }
    targets = list.map { target in
      let dependencies = (target["dependencies"] as? [[String: Any]] ?? []).compactMap { entry in
        // {"byName": [name, condition]}, {"target": [name, …]} or {"product": [name, package, …]}
        (entry.values.first as? [Any])?.first as? String
      }
      let settings = (target["settings"] as? [[String: Any]] ?? []).compactMap { setting -> String? in
        guard let (name, value) = (setting["kind"] as? [String: Any])?.first else { return nil }
        return [name, (value as? [String: Any])?["_0"] as? String].compactMap(\.self).joined(separator: " ")
      }
      return Target(
        name: target["name"] as? String ?? "", type: target["type"] as? String ?? "", dependencies: Set(dependencies),
        settings: Set(settings))
    }
  }

  /// The manifest cannot be read.
  struct ManifestError: Error, CustomStringConvertible {
    let description: String
  }
}
