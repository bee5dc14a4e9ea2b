import Yams

/// Collects everything that is wrong with a scenario file, so that its author learns it all at once.
final class ScenarioProblems {
  private let fileName: String
  private var found: [(line: Int, text: String)] = []

  init(fileName: String) { self.fileName = fileName }

  /// All problems in the order of the file.
  var lines: [String] { found.sorted { $0.line < $1.line }.map(\.text) }

  /// Adds one problem with what stands at `path`, which begins at `mark`.
  func add(at mark: Mark?, path: String, _ message: String) {
    let place = mark.map { "\(fileName):\($0.line):\($0.column): " } ?? "\(fileName): "
    found.append((mark?.line ?? 0, place + (path.isEmpty ? message : "\(path): \(message)")))
  }
}
