import CheckoutSession
import Pacing
import Replay

/// What `replay apply` prints: what the plan asks for, and what became of it.
struct ReplayApplyText {
  /// Exceptions of a kind that are printed.
  static let examplesMax = 20

  let options: ReplayApplyOptions
  let topics: WorkerConfiguration.Kafka.Topics

  // MARK: Before

  /// What the plan asks for.
  func plan(_ plan: CheckedPlan) -> String {
    let summary = plan.summary
    let actions = ReplayAction.allCases.filter { summary.count(of: $0) > 0 }
    var table = TextTable(header: ["prediction"] + actions.map(\.rawValue), rightAligned: Set(1...max(1, actions.count)))
    for kind in Prediction.Kind.allCases where summary.count(of: kind) > 0 {
      table.row([kind.rawValue] + actions.map { HumanText.number(summary.counts[kind]?[$0] ?? 0) })
    }
    let made = "made \(plan.header.createdAt.rfc3339) by \(plan.header.createdBy)"
    let filters = plan.header.filters.isEmpty ? "" : ", of \(plan.header.filters)"
    return """
      plan \(options.plan) (\(plan.shortHash)): \(HumanText.count(summary.linesCount, "dead letter")) of \(topics.deadLetters)\(filters), \(made)

      \(table.text)
      """
  }

  /// What is asked before anything is sent.
  func question(_ plan: CheckedPlan) -> String {
    let seconds = Double(plan.sendingCount) / options.rate
    var text = "Send up to \(HumanText.count(plan.sendingCount, "request")) to \(topics.requests) again, \(rate(options.rate)) a second"
    if seconds >= 1 { text += ", in about \(HumanText.duration(.milliseconds(Int64(min(seconds, 1e9) * 1000))))" }
    let dropped = plan.summary.count(of: .drop)
    if dropped > 0 { text += ", and mark \(HumanText.number(dropped)) as handled" }
    return text + "?\nType yes to go on: "
  }

  // MARK: After

  /// What became of the plan.
  func report(_ report: ReplayApplyReport, _ plan: CheckedPlan, _ runs: [Int64: ReplayRun]) -> String {
    let blocks = [
      outcome(report, plan), earlier(report, runs), exceptions("refused", report.refusedCount, report.refusals),
      exceptions("not as predicted", report.notAsPredicted, report.surprises),
      exceptions("no reply seen", report.unanswered, report.silences),
      verdict(report),
    ]
    return blocks.compactMap(\.self).joined(separator: "\n\n")
  }

  private func outcome(_ report: ReplayApplyReport, _ plan: CheckedPlan) -> String {
    var table = TextTable(header: ["what became of it", "lines"], rightAligned: [1])
    let words = options.isDryRun ? ("would be sent", "would be marked as handled") : ("sent by this run", "marked as handled")
    var rows: [(String, Int)] = [(words.0, report.sent), ("found sent by a run that died", report.foundSent), (words.1, report.dropped)]
    rows.append(("settled by earlier runs", report.earlierCount))
    rows.append(("skipped", report.skipped))
    for (code, count) in report.refused.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      rows.append(("refused, \(code.rawValue)", count))
    }
    rows.append(("not come to", plan.summary.linesCount - report.lines))
    for (name, count) in rows where count > 0 { table.row(name, HumanText.number(count)) }
    if options.isDryRun { return table.text }
    for outcome in ReplyOutcome.allCases {
      if let count = report.outcomes[outcome] { table.row("answered \(outcome.rawValue)", HumanText.number(count)) }
    }
    return table.text
  }

  /// Who has settled what before.
  private func earlier(_ report: ReplayApplyReport, _ runs: [Int64: ReplayRun]) -> String? {
    guard !report.earlier.isEmpty else { return nil }
    let lines = report.earlier.sorted { $0.key < $1.key }.map { number, count in
      let who = runs[number].map { " by \($0.user)@\($0.host), begun \($0.startedAt.rfc3339), plan \($0.planHash.short)" } ?? ""
      let what = [(count.sent, "sent"), (count.dropped, "marked as handled")].filter { $0.0 > 0 }.map {
        "\(HumanText.number($0.0)) \($0.1)"
      }
      return "  run \(number)\(who): \(what.joined(separator: ", "))"
    }
    return "settled before, so not sent again:\n" + lines.joined(separator: "\n")
  }

  private func exceptions(_ title: String, _ count: Int, _ examples: [ReplayApplyReport.Exception]) -> String? {
    guard count > 0 else { return nil }
    var lines = examples.prefix(Self.examplesMax).map { "  \($0.place)  \($0.identity.requestID)  \($0.what)" }
    if count > lines.count { lines.append("  … and \(HumanText.number(count - lines.count)) more") }
    return "\(title):\n" + lines.joined(separator: "\n")
  }

  private func verdict(_ report: ReplayApplyReport) -> String? {
    guard !options.isDryRun else { return "Nothing was sent: --dry-run." }
    var lines: [String] = []
    if let achieved = report.ratePerSecond {
      lines.append("rate: \(rate(achieved)) a second while it was sending, asked for \(rate(options.rate))")
    }
    if report.answered > 0 {
      lines.append(
        "as predicted: \(HumanText.number(report.asPredicted)) of \(HumanText.number(report.answered)) answered (\(percent(report)))")
    }
    if report.takenOver > 0 {
      lines.append(
        "\(HumanText.count(report.takenOver, "record")) sent after another run had taken over: look in the request topic whether that run sent them too."
      )
    }
    guard case .finished = report.end else { return lines.isEmpty ? nil : lines.joined(separator: "\n") }
    lines.append(closing(report))
    return lines.joined(separator: "\n")
  }

  private func closing(_ report: ReplayApplyReport) -> String {
    if report.sent + report.foundSent + report.dropped == 0, report.refusedCount == 0, report.unanswered == 0 {
      return report.earlierCount > 0 ? "Nothing was sent: all of it had been settled before." : "Nothing was sent."
    }
    if report.isAsPredicted { return "Done: everything ended as the plan said." }
    var advice = "Finished, but not all as the plan said; see above."
    if report.unanswered > 0 {
      advice += " Replies that come later are noted by running the same command again, which sends nothing twice."
    }
    if report.notAsPredicted > 0 { advice += " What failed again has a dead letter of its own: `checkout-worker replay list` shows it." }
    return advice
  }

  private func percent(_ report: ReplayApplyReport) -> String {
    let tenths = report.asPredicted * 1000 / max(1, report.answered)
    return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
  }

  private func rate(_ rate: Double) -> String {
    let hundredths = Int((rate * 100).rounded())
    if hundredths % 100 == 0 { return HumanText.number(hundredths / 100) }
    let rest = hundredths % 100
    return "\(HumanText.number(hundredths / 100)).\(rest % 10 == 0 ? "\(rest / 10)" : rest < 10 ? "0\(rest)" : "\(rest)")"
  }
}
