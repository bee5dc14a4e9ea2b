/// All metrics a program has, each described once (rule 10 of design/style.md: a metric has its row in the metrics table).
public struct MetricCatalog: Sendable {
  /// A catalog without metrics: every metric is then taken as it comes, without HELP.
  public static let empty = MetricCatalog(trusted: [])

  /// The descriptions in the order given.
  public let descriptions: [MetricDescription]

  /// Checks and keeps the descriptions.
  /// - Throws: ``MetricCatalogError`` with every problem found.
  public init(_ descriptions: [MetricDescription]) throws(MetricCatalogError) {
    let problems = Self.problems(of: descriptions)
    guard problems.isEmpty else { throw MetricCatalogError(problems: problems) }
    self.init(trusted: descriptions)
  }

  private init(trusted descriptions: [MetricDescription]) {
    self.descriptions = descriptions
  }

  /// The metrics table in Markdown (`config/metrics.md`), in the order of the catalog, ending with a newline.
  public var markdownTable: String {
    var text = "| metric | type | unit | labels | what it says |\n|---|---|---|---|---|\n"
    for metric in descriptions {
      let labels = metric.labels.map { label in
        label.meaning.isEmpty ? "`\(label.name)`" : "`\(label.name)`: \(Self.escapedCell(label.meaning))"
      }
      let unit = Self.escapedCell(metric.unit.description)
      let cells = ["`\(metric.name)`", metric.kind.rawValue, unit, labels.joined(separator: "<br>"), Self.escapedCell(metric.help)]
      text += "| " + cells.map { $0.isEmpty ? "–" : $0 }.joined(separator: " | ") + " |\n"
    }
    return text
  }

  private static func escapedCell(_ text: String) -> String {
    String(text.flatMap { $0 == "|" ? "\\|" : $0.isNewline ? " " : String($0) })
  }

  private static func problems(of descriptions: [MetricDescription]) -> [MetricCatalogError.Problem] {
    var problems: [MetricCatalogError.Problem] = []
    var names: Set<String> = []
    for metric in descriptions {
      func report(_ reason: String) { problems.append(.init(metric: metric.name, reason: reason)) }
      for name in sampleNames(of: metric) where !names.insert(name).inserted {
        report("sample name \(name) is taken by another metric")
      }
      if !MetricName.isValid(metric.name) { report("name must match [a-zA-Z_:][a-zA-Z0-9_:]*") }
      if metric.help.isEmpty { report("help must not be empty") }
      if metric.kind == .counter, !metric.name.hasSuffix("_total") { report("a counter's name must end in _total") }
      if metric.kind != .counter, metric.name.hasSuffix("_total") { report("only a counter's name may end in _total") }
      if let part = metric.unit.requiredNamePart, !metric.name.contains(part) { report("name must contain \(part), its unit") }
      if metric.kind == .histogram { problems += bucketProblems(of: metric) }
      problems += labelProblems(of: metric)
    }
    return problems
  }

  /// A histogram also owns `_bucket`, `_sum` and `_count`.
  private static func sampleNames(of metric: MetricDescription) -> [String] {
    guard metric.kind == .histogram else { return [metric.name] }
    return [metric.name, metric.name + "_bucket", metric.name + "_sum", metric.name + "_count"]
  }

  private static func bucketProblems(of metric: MetricDescription) -> [MetricCatalogError.Problem] {
    let isAscending = zip(metric.buckets, metric.buckets.dropFirst()).allSatisfy { $0 < $1 }
    guard !metric.buckets.isEmpty, metric.buckets.count <= 64, isAscending, metric.buckets.allSatisfy(\.isFinite) else {
      return [.init(metric: metric.name, reason: "buckets must be 1 to 64 finite bounds in ascending order")]
    }
    return []
  }

  private static func labelProblems(of metric: MetricDescription) -> [MetricCatalogError.Problem] {
    var problems: [MetricCatalogError.Problem] = []
    var names: Set<String> = []
    for label in metric.labels {
      if !MetricName.isValidLabel(label.name) {
        problems.append(.init(metric: metric.name, reason: "label \(label.name) must match [a-zA-Z_][a-zA-Z0-9_]* and not start with __"))
      }
      if label.name == "le" { problems.append(.init(metric: metric.name, reason: "label le is kept for the buckets of histograms")) }
      if !names.insert(label.name).inserted { problems.append(.init(metric: metric.name, reason: "label \(label.name) stands twice")) }
    }
    return problems
  }
}
