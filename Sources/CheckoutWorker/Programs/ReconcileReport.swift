import CheckoutSession
import Reconciliation

/// What a batch run of `reconcile` prints at its end.
struct ReconcileReport {
  private let statistics: ReconciliationStatistics
  private let status: ReconciliationStatus?

  /// - Parameter status: of the stage when it ended; nil if it never began.
  init(_ statistics: ReconciliationStatistics, status: ReconciliationStatus?) {
    self.statistics = statistics
    self.status = status
  }

  /// One line, and one more for everything that somebody should know.
  var text: String {
    var lines = [summary]
    if statistics.isGatewayUnreachable { lines.append("The gateway cannot be reached: what is due stays due for the next run.") }
    for (merchant, failure) in statistics.refused.sorted(by: { $0.key < $1.key }) {
      lines.append(
        "The gateway refuses merchant \(merchant): \(failure). Its sessions stay outstanding; see ops/runbooks/credentials-refused.md")
    }
    for merchant in statistics.unknownMerchants.sorted() {
      lines.append("Merchant \(merchant) has outstanding sessions, but merchants.* does not name it: nobody can ask about them.")
    }
    if statistics.unresolved > 0 {
      lines.append("\(statistics.unresolved) sessions are UNRESOLVED: a person must look; see ops/runbooks/unresolved-sessions.md")
    }
    return lines.joined(separator: "\n")
  }

  private var summary: String {
    var parts = SessionStatus.allCases.compactMap { status in
      statistics.events[status].map { "\($0) \(status.rawValue)" }
    }
    if parts.isEmpty { parts = ["no events"] }
    var text = "\(statistics.polls) polls: " + parts.joined(separator: ", ")
    if let counts = status?.counts { text += "; \(counts.outstanding) outstanding, \(counts.due) of them due" }
    return text
  }
}
