/// Why a plan, or a patch, cannot be read or written: file, line, member, and what was expected.
struct PlanFileError: Error, Hashable, CustomStringConvertible {
  /// `plan.jsonl: line 3: action: expected …`.
  var description: String
  /// Whether what was asked for cannot be, rather than that the system failed at it.
  var isWrongUsage: Bool

  /// Makes an error from its words.
  init(_ description: String, isWrongUsage: Bool = true) {
    self.description = description
    self.isWrongUsage = isWrongUsage
  }

  /// Makes an error about a file, or a line of it, from 1.
  init(_ path: String, line: Int? = nil, _ message: String, isWrongUsage: Bool = true) {
    self.init(line.map { "\(path): line \($0): \(message)" } ?? "\(path): \(message)", isWrongUsage: isWrongUsage)
  }
}
