import CheckoutSession
import Kafka
import Ledger

extension StatusReport {
  /// What is wrong, the worst first: what nobody can see, what a person must decide, what stands still, what is slow.
  var findings: [StatusFinding] {
    unknownParts + (ledger.statistics?.outstanding.map(sessionFindings) ?? []) + publicationFindings
  }

  /// Publications follow their records within seconds; what waits longer waits for somebody.
  private static let publicationDelayMax: Duration = .seconds(60)
  /// A backlog that the present rate of polls needs so many minutes for is worth a word.
  private static let backlogMinutesMax = 5

  private var unknownParts: [StatusFinding] {
    var findings: [StatusFinding] = []
    if ledger.state == .unreadable {
      findings.append(
        StatusFinding(code: .ledgerUnreadable, text: "the ledger cannot be read: \(ledger.failure.map { "\($0)" } ?? "no reason")"))
    }
    if let failure = group.failure {
      findings.append(
        StatusFinding(
          code: .kafkaUnknown,
          text: "\(group.bootstrapServers) cannot be asked how far the group is (\(failure.code.rawValue)): the reason stands below, and "
            + "`checkout-worker check` knows more"))
    }
    return findings
  }

  private func sessionFindings(_ sessions: OutstandingStatistics) -> [StatusFinding] {
    var findings: [StatusFinding] = []
    if sessions.unresolved > 0 {
      let verb = sessions.unresolved == 1 ? "is" : "are"
      findings.append(
        StatusFinding(
          code: .unresolvedSessions,
          text: "\(HumanText.count(sessions.unresolved, "session")) \(verb) unresolved: see ops/runbooks/unresolved-sessions.md"))
    }
    // Unresolved ones are past their deadline for good, and asked about only now and then.
    let late = sessions.overdue - sessions.unresolved
    if late > 0, sessions.pollsLastMinute == 0, sessions.leased == 0 {
      let verb = late == 1 ? "is past its deadline" : "are past their deadline"
      findings.append(
        StatusFinding(
          code: .notPolled,
          text:
            "\(HumanText.count(late, "session")) \(verb), and nobody has asked about any for a minute: does `checkout-worker reconcile` run, "
            + "and can it reach the gateway? See ops/runbooks/reconciliation-behind.md"))
    } else if sessions.pollsLastMinute > 0, sessions.due > sessions.pollsLastMinute * Self.backlogMinutesMax {
      findings.append(
        StatusFinding(
          code: .pollBacklog,
          text:
            "\(HumanText.number(sessions.due)) sessions are due, \(HumanText.number(sessions.due / sessions.pollsLastMinute)) minutes' work at the "
            + "rate of the last minute: see ops/runbooks/reconciliation-behind.md"))
    }
    return findings
  }

  private var publicationFindings: [StatusFinding] {
    guard let statistics = ledger.statistics else { return [] }
    var findings: [StatusFinding] = []
    if let events = statistics.outstanding?.unpublishedEvents, let oldest = waitingTooLong(events) {
      findings.append(
        StatusFinding(
          code: .eventsUnpublished,
          text: "\(HumanText.count(events.count, "status event")) not published, the oldest for \(oldest): does the broker take them, does "
            + "`checkout-worker reconcile` run?"))
    }
    if let oldest = waitingTooLong(statistics.unpublished) {
      findings.append(
        StatusFinding(
          code: .repliesUnpublished,
          text:
            "\(HumanText.count(statistics.unpublished.count, "reply", "replies")) not published, the oldest for \(oldest): does the broker take "
            + "them, does `checkout-worker run` run?"))
    }
    return findings
  }

  private func waitingTooLong(_ backlog: LedgerStatistics.Backlog) -> String? {
    guard backlog.count > 0, let oldest = backlog.oldest, at - oldest > Self.publicationDelayMax else { return nil }
    return HumanText.duration(at - oldest)
  }
}
