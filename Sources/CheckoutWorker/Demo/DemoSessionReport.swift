import CheckoutSession

/// The part of the demo's report that tells what became of the sessions.
struct DemoSessionReport {
  let verdict: DemoSessionVerdict
  let events: [DemoEvent]

  private static let ends: [SessionStatus] = [.completed, .failed, .canceled, .timedOut]

  /// The table and the figures below it.
  var text: String { table + "\n\n" + figures }

  /// Some events, as they were published: a beginning, an end that tells what was paid with, and one that tells nothing.
  var samples: [String] {
    let end = events.first { $0.status == .completed && $0.hasPaymentMethod } ?? events.first { $0.status == .completed }
    let other = events.first { [.canceled, .timedOut].contains($0.status) }
    return [events.first { $0.status == .created }, end, other].compactMap { $0?.text }
  }

  private var table: String {
    var table = TextTable(header: ["sessions", "published"] + Self.ends.map(\.rawValue), rightAligned: [1, 2, 3, 4, 5])
    var total = DemoSessionVerdict.Row()
    for mode in SessionMode.allCases {
      guard let row = verdict.rows[mode] else { continue }
      add(mode.rawValue, row, to: &table)
      total.sessions += row.sessions
      total.truth.merge(row.truth, uniquingKeysWith: +)
      total.told.merge(row.told, uniquingKeysWith: +)
    }
    add("all", total, to: &table)
    return table.text + "\n  x/y: x sessions have ended so by their status event, y in truth at the gateway"
  }

  private func add(_ name: String, _ row: DemoSessionVerdict.Row, to table: inout TextTable) {
    func cell(_ status: SessionStatus) -> String {
      let (told, truth) = (row.told[status] ?? 0, row.truth[status] ?? 0)
      return told == 0 && truth == 0 ? "·" : "\(told)/\(truth)"
    }
    table.row(name, String(row.sessions), cell(.completed), cell(.failed), cell(.canceled), cell(.timedOut))
  }

  private var figures: String {
    let ended = verdict.delays.count
    let quantile = DemoQuantiles(verdict.delays)
    func text(_ share: Double) -> String {
      guard let delay = quantile(share) else { return "–" }
      return "\(Int((Double(delay.wholeMilliseconds) * DemoScenario.timeScale / 1000).rounded())) s"
    }
    let polls = ended > 0 ? DemoReport.oneDecimal(Double(verdict.polls) / Double(ended)) : "–"
    return """
        from a session's end to its event: p50 \(text(0.5)), p95 \(text(0.95)), in the gateway's time
        (a second of this machine is \(Int(DemoScenario.timeScale)) s there, so the worker's own tenths of a second weigh more than they do in earnest)
        the gateway was asked \(polls) times about a session until its end was known
      """
  }
}
