import CheckoutSession
import Replay

extension ReplayApplyText {
  /// Who has settled what before, and what is to be done about it.
  func earlier(_ report: ReplayApplyReport, _ plan: CheckedPlan, _ runs: [Int64: ReplayRun]) -> String? {
    guard !report.earlier.isEmpty else { return nil }
    let numbers = report.earlier.keys.sorted()
    let lines = numbers.map { number in
      let who = runs[number].map { " by \($0.user)@\($0.host), begun \($0.startedAt.rfc3339), plan \($0.planHash.short)" } ?? ""
      return "  run \(number)\(who): \(what(report.earlier[number] ?? .init()))"
    }
    let advice = advice(report, own: Set(numbers.filter { runs[$0]?.planHash == plan.hash })).map { "  \($0)" }
    return (["settled before, so not sent again:"] + lines + advice).joined(separator: "\n")
  }

  private func what(_ count: ReplayApplyReport.Earlier) -> String {
    [(count.sent, "sent"), (count.dropped, "marked as handled")].filter { $0.0 > 0 }.map { "\(HumanText.number($0.0)) \($0.1)" }
      .joined(separator: ", ")
  }

  /// What to do about each kind of what was settled before.
  /// - Parameter own: runs of this very plan.
  private func advice(_ report: ReplayApplyReport, own: Set<Int64>) -> [String] {
    var advice: [String] = []
    let (ours, others) = (report.earlier.filter { own.contains($0.key) }, report.earlier.filter { !own.contains($0.key) })
    let failedAgain = "One that failed again has a dead letter of its own, which `\(echo.command("replay list"))` shows."
    let isSilent = ours.values.contains { $0.unanswered > 0 }
    if ours.values.contains(where: { $0.sent > $0.unanswered }) {
      advice.append("Sent by this plan\(isSilent ? " and answered" : ""): nothing is left to do. \(failedAgain)")
    }
    if isSilent {
      advice.append(
        "Sent by this plan and not answered yet, as far as is known: applying it waits for the replies, and sends nothing twice.")
    }
    if let run = example(others, where: { $0.sent > $0.unanswered }) {
      advice.append("Sent by another plan: `\(run.command)`\(run.forInstance) says what became of each. \(failedAgain)")
    }
    if let run = example(others, where: { $0.unanswered > 0 }) {
      advice.append(
        "Sent by another plan and not answered yet, as far as is known: applying that plan again notes the replies, and `\(run.command)`\(run.forInstance) "
          + "shows them then.")
    }
    if report.earlier.values.contains(where: { $0.dropped > 0 }) { advice.append("Marked as handled: no plan sends these any more.") }
    return advice
  }

  /// The command that shows the latest run of some, and the words that say that there are others.
  private func example(
    _ runs: [Int64: ReplayApplyReport.Earlier], where isMeant: (ReplayApplyReport.Earlier) -> Bool
  ) -> (command: String, forInstance: String)? {
    let numbers = runs.filter { isMeant($0.value) }.keys
    guard let latest = numbers.max() else { return nil }
    return (echo.command("replay history", "--run \(latest)"), numbers.count > 1 ? ", for instance," : "")
  }
}
