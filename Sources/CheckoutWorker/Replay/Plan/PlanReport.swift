import CheckoutSession
import Replay

/// What `replay plan` says about the plan that it has written.
struct PlanReport {
  /// The plan's file.
  var path: String
  /// The dead-letter topic.
  var deadLettersTopic: String
  /// What the lines come to.
  var summary: PlanSummary
  /// `replay.maxAttempts`.
  var attemptsMax: Int
  /// The plan that was predicted anew; nil: the plan is a new one.
  var revised: Revised?
  /// `--limit`, if it has ended the plan.
  var limitReached: Int?
  /// The filters, as on the command line.
  var filters = ""
  /// Where the plan is now that was in this one's place; nil: there was none.
  var formerPath: String?
  /// Writes the commands to type next.
  var echo = CommandEcho()

  /// A plan that was read and predicted anew.
  struct Revised: Hashable {
    /// Its file.
    var path: String
    /// The lines that it was made with; some may have been taken out since.
    var madeWithCount: Int
    /// The lines that `--action` was for; nil: there was none.
    var changedCount: Int?
  }

  /// Causes that are printed.
  static let causesMax = 20
  /// Characters of an example.
  private static let exampleMax = 150

  /// Three if applying the plan would do nothing.
  var exitStatus: ExitStatus { summary.toSendCount + summary.count(of: .drop) == 0 ? .deadLettered : .done }

  // MARK: For people

  /// The tables, and what to do next.
  var text: String {
    guard summary.linesCount > 0 else { return nothing }
    let former = formerPath.map { " (the one before is \($0) now)" } ?? ""
    let title = "plan \(path): \(HumanText.count(summary.linesCount, "dead letter")) of \(deadLettersTopic)\(former)"
    let parts = [([title] + revision).joined(separator: "\n"), matrix, causes, verdict.joined(separator: "\n")]
    return parts.joined(separator: "\n\n")
  }

  /// What the plan that was read has lost, and what was changed in it.
  private var revision: [String] {
    guard let revised else { return [] }
    var lines: [String] = []
    let count = HumanText.number(summary.linesCount)
    if summary.linesCount < revised.madeWithCount {
      lines.append("read from \(revised.path): \(count) of the \(HumanText.count(revised.madeWithCount, "line")) that it was made with")
    }
    if let changed = revised.changedCount {
      lines.append("changed \(HumanText.number(changed)) of \(HumanText.count(summary.linesCount, "line"))")
    }
    return lines
  }

  private var nothing: String {
    if revised != nil { return "The plan has no lines: nothing was written." }
    let which =
      filters.isEmpty ? "There is no dead letter in \(deadLettersTopic)" : "No dead letter of \(deadLettersTopic) is meant by \(filters)"
    return "\(which): no plan was written."
  }

  /// Predictions by actions, only those that occur.
  private var matrix: String {
    let actions = ReplayAction.allCases.filter { summary.count(of: $0) > 0 }
    var table = TextTable(header: ["prediction"] + actions.map(\.rawValue), rightAligned: Set(1...max(actions.count, 1)))
    for kind in Prediction.Kind.allCases where summary.count(of: kind) > 0 {
      let counts = actions.map { HumanText.number(summary.counts[kind]?[$0] ?? 0) }
      table.row([kind.rawValue] + counts)
    }
    return table.text
  }

  /// The causes with the most lines, each with an example under it.
  private var causes: String {
    let shown = shownCauses
    var table = TextTable(header: ["lines", "failed with", "prediction", "action"], rightAligned: [0])
    for cause in shown { table.row(HumanText.number(cause.count), cause.errorCode, cause.kind.rawValue, cause.action.rawValue) }
    let rows = table.text.split(separator: "\n")
    var lines = rows.prefix(2).map(String.init)
    let indent = String(repeating: " ", count: 2 + max(5, shown.map { HumanText.number($0.count).count }.max() ?? 0) + 2)
    for (row, cause) in zip(rows.dropFirst(2), shown) { lines += [String(row), indent + Self.cut(cause.example)] }
    let rest = summary.linesCount - shown.reduce(0) { $0 + $1.count }
    if rest > 0 {
      lines.append("  not shown: \(HumanText.count(rest, "line")) of other causes. Read them in \(path), or plan with filters")
    }
    return lines.joined(separator: "\n")
  }

  /// The causes with the most lines.
  var shownCauses: ArraySlice<PlanSummary.Cause> {
    summary.causes.sorted { ($1.count, $0.errorCode) < ($0.count, $1.errorCode) }.prefix(Self.causesMax)
  }

  private static func cut(_ text: String) -> String { text.count <= exampleMax ? text : text.prefix(exampleMax - 1) + "…" }

  /// What applying would do.
  private var verdict: [String] {
    var lines: [String] = []
    let sent = summary.toSendCount
    let dropped = summary.count(of: .drop)
    lines.append(
      sent == 0
        ? "Applying it would send nothing."
        : "Applying it would send \(HumanText.count(sent, "request")), \(whoIsToGetOne(sent)) a session.")
    if dropped > 0 {
      lines.append("It would mark \(HumanText.number(dropped)) as handled without sending \(dropped == 1 ? "it" : "them").")
    }
    if summary.refusedEditsCount > 0 {
      lines.append(
        "It would refuse \(HumanText.count(summary.refusedEditsCount, "edit")): still rejected with the patch. Mend the patch, then --revise."
      )
    }
    if summary.overLimitCount > 0 {
      lines.append(
        "\(HumanText.count(summary.overLimitCount, "request")) would be sent only with --force: replayed \(attemptsMax) times or more already (replay.maxAttempts)."
      )
    }
    if let limitReached {
      lines.append(
        "It ends at --limit \(limitReached): dead letters behind its last line, if there are any, are left out. Plan again once it is applied, or with a higher --limit, to see them."
      )
    }
    guard exitStatus == .done || summary.overLimitCount > 0 else {
      return lines + [
        "Mend what stands in the way and plan again, or choose other actions: `checkout-worker replay plan --help` tells how."
      ]
    }
    let plan = CommandEcho.quotedPath(path)
    return lines + [
      "Read it. If you change actions in it, predict them anew:", "  \(echo.command("replay plan", "--revise \(plan) -o \(plan)"))",
      "Then send what it says:", "  \(echo.command("replay apply", plan))",
    ]
  }

  private func whoIsToGetOne(_ sent: Int) -> String {
    let created = summary.toCreateCount
    if sent == 1 { return created == 1 ? "which should get" : "which should not get" }
    switch created {
    case sent: return "each of which should get"
    case 0: return "none of which should get"
    default: return "\(HumanText.number(created)) of which should get"
    }
  }
}
