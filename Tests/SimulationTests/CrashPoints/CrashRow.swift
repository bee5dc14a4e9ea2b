/// One line of the table of crash points.
struct CrashRow: Sendable {
  var point: String
  var durable: String
  var secondRun: String
  var replies: Int
  var calls: Int
  var orphans: Int
  var violations: [String]

  var verdict: String { violations.isEmpty ? "holds" : violations.joined(separator: "; ") }

  /// The table as text, for the test output.
  static func table(_ rows: [CrashRow], published: String, calls: String) -> String {
    var cells = [["killed at", "durable before the second run", "what the second run did", published, calls, "orphans", "verdict"]]
    cells += rows.map { [$0.point, $0.durable, $0.secondRun, "\($0.replies)", "\($0.calls)", "\($0.orphans)", $0.verdict] }
    let widths = cells[0].indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    return cells.map { row in
      zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: " | ")
    }.joined(separator: "\n")
  }
}
