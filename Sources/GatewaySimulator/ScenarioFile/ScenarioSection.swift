import Yams

/// One mapping of a scenario file. Whatever is taken from it is known; `finish()` reports what nobody took.
final class ScenarioSection {
  let path: String
  let problems: ScenarioProblems
  let mark: Mark?
  private var entries: [(key: String, mark: Mark?, value: Node)] = []
  private var known: [String] = []

  /// Reports a node that is no mapping and goes on as if it were an empty one.
  init(_ node: Node, path: String, problems: ScenarioProblems) {
    self.path = path
    self.problems = problems
    mark = node.mark
    guard let mapping = node.mapping else {
      // An empty file or section is a null scalar: the same as no keys.
      if node.scalar?.string.isEmpty != true { problems.add(at: node.mark, path: path, "must be a mapping of keys to values") }
      return
    }
    for (key, value) in mapping { entries.append((key.scalar?.string ?? "", key.mark, value)) }
  }

  /// The path of a member.
  func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// The names of all keys in the file, known or not.
  var keys: [String] { entries.map(\.key) }

  /// The value of `key`, which is known from now on.
  func take(_ key: String) -> Node? {
    known.append(key)
    return entries.first { $0.key == key }?.value
  }

  /// Reports a problem with the member `key`.
  func report(_ key: String, _ message: String) {
    let node = entries.first { $0.key == key }
    problems.add(at: node?.value.mark ?? mark, path: path(of: key), message)
  }

  /// A mapping inside this one.
  func section(_ key: String) -> ScenarioSection? {
    take(key).map { ScenarioSection($0, path: path(of: key), problems: problems) }
  }

  /// A list of mappings.
  func sections(_ key: String) -> [ScenarioSection] {
    list(key).enumerated().map { ScenarioSection($1, path: "\(path(of: key))[\($0)]", problems: problems) }
  }

  /// A list of texts.
  func texts(_ key: String) -> [String] {
    list(key).compactMap { node in
      if let text = node.scalar?.string { return text }
      problems.add(at: node.mark, path: path(of: key), "must be a list of texts")
      return nil
    }
  }

  /// A list of durations.
  func durations(_ key: String) -> [Duration] {
    texts(key).compactMap { text in
      if let duration = DurationText.parse(text) { return duration }
      report(key, Self.durationMessage(text))
      return nil
    }
  }

  /// A text.
  func text(_ key: String) -> String? {
    guard let node = take(key) else { return nil }
    guard let text = node.scalar?.string else {
      report(key, "must be a single value")
      return nil
    }
    return text
  }

  /// A duration.
  func duration(_ key: String) -> Duration? {
    guard let text = text(key) else { return nil }
    if let duration = DurationText.parse(text) { return duration }
    report(key, Self.durationMessage(text))
    return nil
  }

  /// A number in a range.
  func number(_ key: String, in range: ClosedRange<Double>) -> Double? {
    guard let text = text(key) else { return nil }
    if let number = Double(text), range.contains(number) { return number }
    report(key, "must be a number between \(Self.plain(range.lowerBound)) and \(Self.plain(range.upperBound)), got \(text)")
    return nil
  }

  /// A share of all requests or sessions.
  func share(_ key: String) -> Double? { number(key, in: 0...1) }

  /// One of a few words.
  func choice<Choice: RawRepresentable<String> & CaseIterable>(_ key: String, of type: Choice.Type) -> Choice? {
    guard let text = text(key) else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    report(key, "must be one of \(type.allCases.map(\.rawValue).joined(separator: ", ")), got \(text)")
    return nil
  }

  /// `true` or `false`.
  func flag(_ key: String) -> Bool? {
    guard let text = text(key) else { return nil }
    if let flag = Bool(text) { return flag }
    report(key, "must be true or false, got \(text)")
    return nil
  }

  /// Reports every key that nobody took.
  func finish() {
    for entry in entries where !known.contains(entry.key) {
      let names = known.isEmpty ? "" : "; known here: \(known.sorted().joined(separator: ", "))"
      problems.add(at: entry.mark, path: path(of: entry.key), "unknown key\(names)")
    }
  }

  private func list(_ key: String) -> [Node] {
    guard let node = take(key) else { return [] }
    if let sequence = node.sequence { return Array(sequence) }
    report(key, "must be a list")
    return []
  }

  static func durationMessage(_ text: String) -> String { "must be a number and a unit (us, ms, s, m, h), like 250ms, got \(text)" }

  static func plain(_ number: Double) -> String { Int64(exactly: number).map(String.init) ?? String(number) }
}
