import FoundationEssentials
import Testing

@testable import CheckoutWorker

/// A folder for one test, removed when the test lets go of it.
final class ConfigurationFixture: Sendable {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "configuration-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Writes a file and gives its path.
  @discardableResult
  func write(_ text: String, to name: String, mode: Int = 0o600) throws -> String {
    let path = folder.appending(path: name).path
    try Data(text.utf8).write(to: URL(filePath: path))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    return path
  }

  /// Loads YAML texts (as `0.yaml`, `1.yaml`, …) and the rest.
  func load(
    _ yaml: String..., environment: [String: String] = [:], overrides: [ConfigurationOverride] = [], needsGateway: Bool = true
  ) throws -> LoadedConfiguration {
    let files = try yaml.enumerated().map { try write($1, to: "\($0).yaml") }
    return try ConfigurationLoader(files: files, environment: environment, overrides: overrides, needsGateway: needsGateway).load()
  }

  /// The problems of a configuration, each without the folder's name; empty when it loads.
  func problems(
    _ yaml: String..., environment: [String: String] = [:], overrides: [ConfigurationOverride] = [], needsGateway: Bool = true
  ) throws -> [String] {
    let files = try yaml.enumerated().map { try write($1, to: "\($0).yaml") }
    do {
      _ = try ConfigurationLoader(files: files, environment: environment, overrides: overrides, needsGateway: needsGateway).load()
      return []
    } catch {
      return error.problems.map { $0.description.replacing(folder.path + "/", with: "") }
    }
  }

  /// What every configuration needs: one merchant, and a ready token in the environment.
  static let merchant = """
    merchants:
      acme: { id: 5d1f4a4e-2f43-4f0b-9d0a-6d1c6a1f3b77, upstreamEnv: stage }

    """
  static let token = ["CHECKOUT_GATEWAY_TOKEN": "ready-token"]

  /// The repository's root.
  static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}
