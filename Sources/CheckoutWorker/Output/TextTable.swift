/// A table of text columns, aligned for a terminal.
struct TextTable {
  private var rows: [[String]] = []
  private let rightAligned: Set<Int>

  /// - Parameter rightAligned: columns of numbers.
  init(header: [String], rightAligned: Set<Int> = []) {
    rows = [header]
    self.rightAligned = rightAligned
  }

  /// Adds a row; missing cells are empty.
  mutating func row(_ cells: String...) { rows.append(cells) }

  /// Adds a row; missing cells are empty.
  mutating func row(_ cells: [String]) { rows.append(cells) }

  /// The table's lines, none with blanks at its end, without a trailing newline.
  var text: String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    var lines = rows.map { line($0, widths) }
    lines.insert(widths.map { String(repeating: "─", count: $0) }.joined(separator: "  "), at: 1)
    return lines.map { Self.withoutBlanksAtEnd("  " + $0) }.joined(separator: "\n")
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var parts: [String] = []
    for (column, width) in widths.enumerated() {
      let cell = column < cells.count ? cells[column] : ""
      let padding = String(repeating: " ", count: width - cell.count)
      parts.append(rightAligned.contains(column) ? padding + cell : cell + padding)
    }
    return parts.joined(separator: "  ")
  }

  private static func withoutBlanksAtEnd(_ line: String) -> String { line.lastIndex { $0 != " " }.map { String(line[...$0]) } ?? "" }
}
