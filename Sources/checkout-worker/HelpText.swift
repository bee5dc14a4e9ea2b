/// Help as it is written in the sources, made ready for ArgumentParser, which breaks long lines at the terminal's width but keeps every line that is broken already.
enum HelpText {
  /// How wide rows of a list become: ArgumentParser would break them without their indentation.
  private static let columns = 79

  /// Joins the lines of each paragraph, so that it is broken once and at the right place, and breaks the rows of lists (`  75  Run it again.`) under their text.
  /// Other lines that begin with spaces stay as they are.
  static func filled(_ text: String) -> String {
    var lines: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if let last = lines.last, continues(line, last) {
        lines[lines.count - 1] += " " + line.drop { $0 == " " }
      } else {
        lines.append(String(line))
      }
    }
    return lines.map(brokenUnderItsText).joined(separator: "\n")
  }

  private static func continues(_ line: Substring, _ last: String) -> Bool {
    guard !last.isEmpty, !line.isEmpty else { return false }
    guard let column = textColumn(of: last) else { return !last.hasPrefix(" ") && !line.hasPrefix(" ") }
    return line.prefix { $0 == " " }.count == column
  }

  /// Where the text of a list's row begins; nil for any other line.
  private static func textColumn(of line: String) -> Int? {
    let indent = line.prefix { $0 == " " }.count
    guard indent > 0, let gap = line.dropFirst(indent).firstRange(of: "  ") else { return nil }
    let marker = line.distance(from: line.startIndex, to: gap.lowerBound)
    return marker + line[gap.lowerBound...].prefix { $0 == " " }.count
  }

  private static func brokenUnderItsText(_ line: String) -> String {
    guard let column = textColumn(of: line) else { return line }
    var rows = [String(line.prefix(column))]
    for word in line.dropFirst(column).split(separator: " ") {
      let isFirst = rows[rows.count - 1].count == column
      if !isFirst, rows[rows.count - 1].count + 1 + word.count > columns { rows.append(String(repeating: " ", count: column)) }
      rows[rows.count - 1] += rows[rows.count - 1].count == column ? word : " " + word
    }
    return rows.joined(separator: "\n")
  }
}
