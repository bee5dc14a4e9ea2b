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
  /// Whether it is another plan, predicted anew.
  var isRevision = false
  /// The filters, as on the command line.
  var filters = ""
  /// Where the plan is now that was in this one's place; nil: there was none.
  var formerPath: String?

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
    var parts = ["plan \(path): \(HumanText.count(summary.linesCount, "dead letter")) of \(deadLettersTopic)\(former)", matrix, causes]
    parts.append(verdict.joined(separator: "\n"))
    return parts.joined(separator: "\n\n")
  }

  private var nothing: String {
    if isRevision { return "The plan has no lines: nothing was written." }
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
    for (row, cause) in zip(rows.dropFirst(2), shown) { lines += [Self.trimmed(row), indent + Self.cut(cause.example)] }
    let rest = summary.linesCount - shown.reduce(0) { $0 + $1.count }
    if rest > 0 { lines.append("  … and \(HumanText.count(rest, "line")) of other causes") }
    return lines.joined(separator: "\n")
  }

  private var shownCauses: ArraySlice<PlanSummary.Cause> {
    summary.causes.sorted { ($1.count, $0.errorCode) < ($0.count, $1.errorCode) }.prefix(Self.causesMax)
  }

  /// Without the spaces that the last column is filled up with.
  private static func trimmed(_ row: Substring) -> String {
    var row = row
    while row.last == " " { row.removeLast() }
    return String(row)
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
    guard exitStatus == .done || summary.overLimitCount > 0 else {
      return lines + [
        "Mend what stands in the way and plan again, or choose other actions: `checkout-worker replay plan --help` tells how."
      ]
    }
    lines.append("Read it, change actions if you like (replay plan --revise \(path) predicts them anew), then:")
    return lines + ["  checkout-worker replay apply \(path)"]
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

  // MARK: For scripts

  /// One line: `{"plan": PATH or null, "records": N, "toSend": N, "toCreate": N, "toDrop": N, "toSkip": N, "refusedEdits": N, "overLimit": N,
  /// "counts": {PREDICTION: {ACTION: N}}, "causes": [{"errorCode", "prediction", "action", "count", "example"}]}`. `plan` is null if none was written.
  var json: String {
    var bytes: [UInt8] = []
    JSONWriter.append(to: &bytes) { json in
      json.object { json in
        json.memberOrNull("plan", summary.linesCount == 0 ? nil : path)
        json.member("records", summary.linesCount)
        json.member("toSend", summary.toSendCount)
        json.member("toCreate", summary.toCreateCount)
        json.member("toDrop", summary.count(of: .drop))
        json.member("toSkip", summary.count(of: .skip))
        json.member("refusedEdits", summary.refusedEditsCount)
        json.member("overLimit", summary.overLimitCount)
        json.object("counts") { json in
          for kind in Prediction.Kind.allCases where summary.count(of: kind) > 0 {
            json.object(kind.rawValue) { json in
              for action in ReplayAction.allCases { if let count = summary.counts[kind]?[action] { json.member(action.rawValue, count) } }
            }
          }
        }
        json.array("causes") { json in
          for cause in shownCauses {
            json.object { json in
              json.member("errorCode", cause.errorCode)
              json.member("prediction", cause.kind.rawValue)
              json.member("action", cause.action.rawValue)
              json.member("count", cause.count)
              json.member("example", cause.example)
            }
          }
        }
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
