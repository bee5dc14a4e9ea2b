import CheckoutSession
import Reconciliation
import Stage

/// What a batch run of `reconcile` prints at its end.
struct ReconcileReport {
  private let statistics: ReconciliationStatistics
  private let status: ReconciliationStatus?
  private let wasAskedToEnd: Bool

  /// - Parameters:
  ///   - status: of the stage when it ended; nil if it never began.
  ///   - wasAskedToEnd: whether a signal ended it.
  init(_ statistics: ReconciliationStatistics, status: ReconciliationStatus?, wasAskedToEnd: Bool) {
    self.statistics = statistics
    self.status = status
    self.wasAskedToEnd = wasAskedToEnd
  }

  /// One line, and one more for everything that somebody should know.
  var text: String { ([summary] + remarks).joined(separator: "\n") }

  private var remarks: [String] {
    var lines: [String] = []
    if wasAskedToEnd { lines.append("Asked to end before it was done: the next run goes on from there.") }
    if statistics.isGatewayUnreachable {
      lines.append("The gateway cannot be reached, or asks for a pause: what was due is asked about again by a later run.")
    } else if statistics.hasNoAnswers {
      lines.append("The gateway answers, but says nothing that can be used: the sessions are asked about again, with growing waits.")
    }
    for (merchant, failure) in statistics.refused.sorted(by: { $0.key < $1.key }) {
      lines.append(
        "The gateway refuses merchant \(merchant): \(failure). Its sessions stay outstanding; see ops/runbooks/credentials-refused.md")
    }
    for merchant in statistics.unknownMerchants.sorted() {
      lines.append(
        "Merchant \(merchant) has outstanding sessions, but merchants.* does not name it: nobody can ask about them; see "
          + "ops/runbooks/credentials-refused.md")
    }
    if let failure = statistics.couldNotPublish {
      lines.append(
        "The broker takes no status events (\(failure.code): \(failure.message)): they are in the ledger, and published by a later run.")
    }
    if let failure = statistics.couldNotWrite {
      lines.append("The ledger cannot be written (\(failure)): what was learnt is asked again by a later run.")
    }
    if statistics.unresolved > 0 {
      let verb = statistics.unresolved == 1 ? "is" : "are"
      lines.append(
        "\(HumanText.count(statistics.unresolved, "session")) \(verb) UNRESOLVED: a person must look; see ops/runbooks/unresolved-sessions.md"
      )
    }
    return lines
  }

  private var summary: String {
    var parts = SessionStatus.allCases.compactMap { status in
      statistics.events[status].map { "\(HumanText.number($0)) \(status.rawValue)" }
    }
    if parts.isEmpty { parts = ["no events"] }
    var text = HumanText.count(statistics.polls, "poll") + ": " + parts.joined(separator: ", ")
    let unusable = statistics.answers[.unanswered] ?? 0
    if unusable > 0 { text += "; \(HumanText.number(unusable)) without a usable answer" }
    guard let counts = status?.counts else { return text }
    if counts.outstanding == 0 { return text + "; nothing is outstanding" }
    text += "; \(HumanText.number(counts.outstanding)) outstanding"
    return counts.due == 0 ? text : text + ", \(HumanText.number(counts.due)) of them due"
  }
}
