import CheckoutSession
import Pacing
import Reconciliation

/// The line that tells on a terminal how far a run of `reconcile` is. Nothing elsewhere: a log file has the line at the end.
struct ReconcileProgress: Sendable {
  /// How often it is written anew.
  static let interval: Duration = .milliseconds(200)

  /// Shows the line until cancelled.
  static func run(_ worker: ReconciliationWorker) async {
    guard StandardStreams.outputIsTerminal else { return }
    while !Task.isCancelled {
      // The cursor goes back to the line's start, so that a log line on the same terminal writes over it.
      if let status = worker.status { StandardStreams.writeRaw("\r\u{1B}[K" + text(status) + "\r") }
      try? await ContinuousClock().sleep(for: interval)
    }
    StandardStreams.writeRaw("\r\u{1B}[K")
  }

  /// What the line says.
  static func text(_ status: ReconciliationStatus) -> String {
    let ended = status.statistics.events.filter(\.key.isTerminal).values.reduce(0, +)
    var text = "  \(HumanText.number(status.outstanding)) outstanding, \(HumanText.number(status.due)) due"
    text += "  ·  \(HumanText.count(status.statistics.polls, "poll")), \(HumanText.number(ended)) ended"
    if status.due == 0, status.sessionsInHand == 0, let next = status.counts?.nextDueAt {
      text += "  ·  next poll in \(HumanText.duration(next - WallClock.system.now()))"
    }
    if status.isGatewayUnreachable { text += "  ·  the gateway cannot be reached, waiting" }
    if !status.holds.isEmpty { text += "  ·  \(status.holds.count) merchants refused" }
    return text
  }
}
