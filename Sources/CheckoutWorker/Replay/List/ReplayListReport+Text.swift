import CheckoutSession
import Replay

/// `replay list` for people: a row for each group with an example under it, the totals, and what to type next.
extension ReplayListReport {
  /// Groups that are printed; `--json` prints all.
  static let rowsMax = 200
  /// Characters of an example's message.
  private static let messageMax = 120

  /// The report, without a trailing newline.
  var text: String {
    guard summary.count > 0 else { return nothing }
    let which = filters.text.isEmpty ? "" : " meant by \(PrintableText.of(filters.text))"
    let groups = HumanText.count(summary.groups.count, "group")
    return """
      \(HumanText.count(summary.count, "dead letter")) of \(topic)\(which), in \(groups), \(at.rfc3339)

      \(table)

      \(totals)
      \(next)
      """
  }

  private var nothing: String {
    guard !filters.text.isEmpty else { return "There is no dead letter in \(topic)." }
    return "No dead letter of \(topic) is meant by \(PrintableText.of(filters.text)); \(HumanText.count(recordsRead, "record")) looked at."
  }

  // MARK: Groups

  private var table: String {
    let ordered = summary.ordered
    let shown = ordered.prefix(Self.rowsMax)
    var table = TextTable(header: header, rightAligned: [0, 1])
    for (key, group) in shown { table.row(cells(key, group)) }
    if let others = summary.others { table.row(cells(nil, others)) }
    // Two lines are the header; under each of the others stands its example.
    var lines = table.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let groups = shown.map(\.group) + [summary.others].compactMap(\.self)
    for (index, group) in groups.enumerated().reversed() { lines.insert(Self.details(group), at: index + 3) }
    return (lines + leftOut(ordered.dropFirst(Self.rowsMax).map(\.group))).joined(separator: "\n")
  }

  /// What has no row of its own, and how to see it.
  /// - Parameter hidden: groups that are not printed.
  private func leftOut(_ hidden: [DeadLetterGroup]) -> [String] {
    var lines: [String] = []
    if !hidden.isEmpty {
      let letters = HumanText.count(hidden.reduce(0) { $0 + $1.count }, "dead letter")
      lines.append(
        "  not shown: \(HumanText.count(hidden.count, "group")) with \(letters). Group by less (--group-by class,code), filter, or print all with --json"
      )
    }
    if let others = summary.others {
      let (letters, room) = (HumanText.count(others.count, "dead letter"), HumanText.count(summary.groups.count, "group"))
      lines.append("  (others): \(letters) beyond the first \(room). Group by less (--group-by class,code), or filter, to tell them apart")
    }
    return lines
  }

  private var header: [String] {
    let titles: [(DeadLetterGroupKey.Part, String)] = [
      (.errorClass, "class"), (.code, "code"), (.merchant, "merchant"), (.mode, "mode"), (.hour, "hour (UTC)"),
    ]
    return ["count", "replayed"] + titles.filter { summary.parts.contains($0.0) }.map(\.1) + ["can succeed"]
  }

  /// A group's row; nil as the key stands for those that had no room as groups.
  private func cells(_ key: DeadLetterGroupKey?, _ group: DeadLetterGroup) -> [String] {
    var cells = [HumanText.number(group.count), group.replayedCount.map { HumanText.number($0) } ?? "-"]
    if let key {
      if summary.parts.contains(.errorClass) { cells.append(key.errorClass?.rawValue ?? "-") }
      if summary.parts.contains(.code) { cells.append(PrintableText.of(key.code ?? "-")) }
      if summary.parts.contains(.merchant) { cells.append(PrintableText.of(key.merchantID ?? "-")) }
      if summary.parts.contains(.mode) { cells.append(key.mode?.rawValue ?? DeadLetterFilterArguments.unknownMode) }
      if summary.parts.contains(.hour) { cells.append(key.hour.map(Self.hour) ?? "-") }
    } else {
      cells += ["(others)"] + Array(repeating: "", count: max(0, summary.parts.count - 1))
    }
    cells.append(prospects(group))
    return cells
  }

  private static func hour(_ hour: Timestamp) -> String {
    let text = hour.rfc3339
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(2)):00"
  }

  /// `yes`, or `yes (90), no (10)`.
  private func prospects(_ group: DeadLetterGroup) -> String {
    let found = ReplayProspect.allCases.filter { group.prospects[$0] != nil }
    guard found.count > 1 else { return found.first.map(words) ?? "-" }
    return found.map { "\(words($0)) (\(HumanText.number(group.prospects[$0] ?? 0)))" }.joined(separator: ", ")
  }

  private func words(_ prospect: ReplayProspect) -> String { prospect.words(attemptsMax: summary.attemptsMax) }

  /// From when to when, and the example.
  private static func details(_ group: DeadLetterGroup) -> String {
    let example = group.example
    let request = example.requestID.map { " request \(PrintableText.of($0))" } ?? ""
    let status = example.httpStatus.map { " (HTTP \($0))" } ?? ""
    let message = PrintableText.of(example.message)
    let cut = message.count <= messageMax ? message : message.prefix(messageMax - 1) + "…"
    let times = group.oldest == group.newest ? group.oldest.rfc3339 : "\(group.oldest.rfc3339) to \(group.newest.rfc3339)"
    return "           \(times), such as \(example.place)\(request)\(status): \(cut)"
  }

  // MARK: Totals

  private var totals: String {
    let open = summary.count - summary.replayedCount
    let reading = "\(HumanText.count(recordsRead, "record")) read in \(HumanText.duration(elapsed))."
    let known =
      if let ledgerReason {
        "Which are replayed already is not known: \(ledgerReason)."
      } else {
        "\(HumanText.number(summary.replayedCount)) \(summary.replayedCount == 1 ? "is" : "are") replayed already, \(HumanText.number(open)) not."
      }
    return ([known] + outlook + [reading]).joined(separator: " ")
  }

  /// What can become of those that are not replayed; who was replayed too often already is not among them.
  private var outlook: [String] {
    var sentences: [String] = []
    let parts = ReplayProspect.allCases.filter { $0 != .overLimit }.compactMap { prospect in
      summary.openProspects[prospect].map { "\(words(prospect)) \(HumanText.number($0))" }
    }
    if !parts.isEmpty {
      let whose = ledgerReason == nil && summary.replayedCount > 0 ? "Of those that are not, can" : "Can"
      sentences.append("\(whose) they succeed: \(parts.joined(separator: ", ")).")
    }
    if let count = summary.openProspects[.overLimit] {
      let (verb, need) = count == 1 ? ("is", "needs") : ("are", "need")
      let limit = HumanText.count(summary.attemptsMax, "replay")
      sentences.append("\(HumanText.number(count)) \(verb) over the limit of \(limit) (replay.maxAttempts): \(need) --force.")
    }
    return sentences
  }

  /// The command that helps most now.
  private var next: String {
    func plan(_ rest: String) -> String {
      let words = [filters.shellText, rest, "-o plan.jsonl"].filter { !$0.isEmpty }
      return PrintableText.of(echo.command("replay plan", words.joined(separator: " ")))
    }
    let others = ReplayProspect.allCases.filter { $0 != .yes && summary.openProspects[$0] != nil }
    if summary.openProspects[.yes] != nil {
      let narrowed = others.isEmpty || !filters.classes.isEmpty ? "" : "--class transient"
      return "Next: \(plan(narrowed))"
    }
    if summary.openProspects[.afterConfiguration] != nil {
      return "Next: change the configuration, restart the workers, then: \(plan(""))"
    }
    if let code = summary.openEditCodes.min(by: { ($1.value, $0.key) < ($0.value, $1.key) })?.key {
      let narrowed = filters.codes.isEmpty ? "--code \(CommandEcho.quoted(code)) " : ""
      return "Next: write a JSON Merge Patch that mends the bodies, then: \(plan("\(narrowed)--action edit --patch patch.json"))"
    }
    return summary.openProspects.isEmpty
      ? "Nothing is left to be replayed." : "Next: \(plan("")), which says of each why it can or cannot be sent"
  }
}
