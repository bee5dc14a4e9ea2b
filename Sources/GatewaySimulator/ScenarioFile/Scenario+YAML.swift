import FoundationEssentials
import Yams

extension Scenario {
  /// Reads a scenario from YAML; `config/scenarios/README.md` documents every key.
  ///
  /// - Parameter name: the name of the file, for problems and, unless the file says otherwise, for the scenario.
  /// - Throws: ``SimulatorError`` with every problem at once, each with its line, its path and what was expected.
  public init(yaml: String, name: String = "scenario") throws(SimulatorError) {
    self.init()
    let problems = ScenarioProblems(fileName: name)
    let root: Node?
    do { root = try Yams.compose(yaml: yaml) } catch {
      throw SimulatorError(.scenario, problems: ["\(name): is not YAML: \(error)"])
    }
    self.name = name
    if let root {
      var reader = ScenarioReader(root: ScenarioSection(root, path: "", problems: problems), scenario: self)
      reader.read()
      self = reader.scenario
    }
    if !problems.lines.isEmpty { throw SimulatorError(.scenario, problems: problems.lines) }
  }

  /// Reads a scenario file.
  ///
  /// - Throws: ``SimulatorError``, `unreadable` if there is no such file of UTF-8 text of at most 1 MiB, `scenario` as ``init(yaml:name:)``.
  public init(contentsOfFile path: String) throws(SimulatorError) {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let data: Data
    do { data = try Data(contentsOf: URL(filePath: path)) } catch {
      throw SimulatorError(.unreadable, problems: ["\(path): cannot be read: \(error)"])
    }
    guard data.count <= 1 << 20, let text = String(validating: data, as: UTF8.self) else {
      throw SimulatorError(.unreadable, problems: ["\(path): must be UTF-8 text of at most 1 MiB"])
    }
    try self.init(yaml: text, name: name)
  }
}
