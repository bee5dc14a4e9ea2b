import CheckoutSession
import Pacing
import Replay

/// What `replay apply` prints: what the plan asks for, and what became of it.
struct ReplayApplyText {
  /// Exceptions of a kind that are printed.
  static let examplesMax = 20

  let options: ReplayApplyOptions
  let topics: WorkerConfiguration.Kafka.Topics
  /// Writes the commands that are to be typed next.
  var echo = CommandEcho()

  /// The command that is at work, to be typed again.
  var again: String {
    let (usual, whole) = (ReplayApplyOptions(plan: options.plan), Int(exactly: options.rate))
    var words = [CommandEcho.quotedPath(options.plan)]
    if options.rate != usual.rate { words.append("--rate \(whole.map { "\($0)" } ?? "\(options.rate)")") }
    if options.canary != usual.canary { words.append("--canary \(options.canary)") }
    if options.replyTimeout != usual.replyTimeout { words.append("--reply-timeout \(CommandEcho.quoted(options.replyTimeout))") }
    if options.isConfirmed { words.append("--yes") }
    if options.isForced { words.append("--force") }
    return echo.command("replay apply", words.joined(separator: " "))
  }

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
    let letters = HumanText.count(summary.linesCount, "dead letter")
    return """
      \(options.isDryRun ? "DRY RUN: nothing is sent.\n" : "")\
      plan \(options.plan) (\(plan.shortHash)): \(letters) of \(topics.deadLetters)\(cut(plan))\(filters), \(made)

      \(table.text)
      """
  }

  /// Whether lines were taken out of it, or put into it, since it was made: a file that was cut short looks like any other.
  private func cut(_ plan: CheckedPlan) -> String {
    let (lines, made) = (plan.summary.linesCount, plan.header.recordsCount)
    if lines == made { return "" }
    if lines < made { return " (\(HumanText.number(lines)) of the \(HumanText.count(made, "line")) that it was made with)" }
    return " (\(HumanText.count(lines, "line")), though it was made with \(HumanText.number(made)))"
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
      outcome(report, plan), earlier(report, plan, runs), exceptions("refused", report.refusedCount, report.refusals),
      exceptions("not as predicted", report.notAsPredicted, report.surprises),
      exceptions("no reply seen", report.unanswered, report.silences),
      verdict(report),
    ]
    return blocks.compactMap(\.self).joined(separator: "\n\n")
  }

  private func outcome(_ report: ReplayApplyReport, _ plan: CheckedPlan) -> String {
    let isDry = options.isDryRun
    var table = TextTable(header: [isDry ? "what would become of it" : "what became of it", "lines"], rightAligned: [1])
    var rows = [(isDry ? "would be sent" : "sent by this run", report.sent), ("found sent by a run that died", report.foundSent)]
    rows += answers(report.outcomes)
    rows.append((isDry ? "would be marked as handled" : "marked as handled", report.dropped))
    rows.append(("settled by earlier runs", report.earlierCount))
    rows += answers(report.earlierOutcomes)
    rows.append(("skipped", report.skipped))
    for (code, count) in report.refused.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      rows.append(("refused, \(code.rawValue)", count))
    }
    rows.append(("published, but not noted as sent", report.inDoubt))
    rows.append(("not sent yet", plan.summary.linesCount - report.lines))
    for (name, count) in rows where count > 0 { table.row(name, HumanText.number(count)) }
    return table.text
  }

  /// Rows under that of what was answered.
  private func answers(_ outcomes: [ReplyOutcome: Int]) -> [(String, Int)] {
    ReplyOutcome.allCases.map { ("  answered \($0.rawValue)", outcomes[$0] ?? 0) }
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
    if case .finished = report.end {
      lines.append(closing(report))
    } else if report.hasSentNothing {
      lines.append("Nothing was sent.")
    }
    return lines.isEmpty ? nil : lines.joined(separator: "\n")
  }

  private func closing(_ report: ReplayApplyReport) -> String {
    if report.isAsPredicted, !report.hasSentNothing || report.dropped > 0 { return "Done: everything ended as the plan said." }
    var advice = report.hasSentNothing ? nothing(report) : "Finished, but not all as the plan said; see above."
    if report.unanswered > 0 { advice += "\nReplies that come later are noted by the same command, which sends nothing twice:\n  \(again)" }
    if report.notAsPredicted > 0 {
      advice += "\nWhat failed again has a dead letter of its own, which `\(echo.command("replay list"))` shows."
    }
    return advice
  }

  private func nothing(_ report: ReplayApplyReport) -> String {
    switch (report.refusedCount > 0, report.earlierCount > 0) {
    case (true, true): "Nothing was sent: it was refused, or had been settled before; see above."
    case (true, false): "Nothing was sent: it was refused; see above."
    case (false, true): "Nothing was sent: all of it had been settled before."
    case (false, false): "Nothing was sent."
    }
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
