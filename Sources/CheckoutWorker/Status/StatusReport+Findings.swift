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
  /// A request has its answer within `creation.batchDeadline` of its turn in the quota; what waits longer waits for somebody.
  private static let decisionDelayMax: Duration = .seconds(300)
  /// A job that comes every minute polls what is due within two; what waits longer waits for somebody, or for its turn in the quota.
  private static let pollDelayMax: Duration = .seconds(150)

  private var unknownParts: [StatusFinding] {
    var findings: [StatusFinding] = []
    if ledger.state == .unreadable {
      let reason = ledger.failure.map { "\($0)" } ?? "no reason"
      findings.append(
        StatusFinding(code: .ledgerUnreadable, text: "the ledger cannot be read (see ops/runbooks/ledger-away.md): \(reason)"))
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
    return findings + delays(sessions)
  }

  /// At most one of them: who polls nothing ends nothing either.
  private func delays(_ sessions: OutstandingStatistics) -> [StatusFinding] {
    if let oldest = sessions.oldestDue, at - oldest > Self.pollDelayMax {
      let verb = sessions.due == 1 ? "is" : "are"
      let due = "\(HumanText.count(sessions.due, "session")) \(verb) due, the oldest since \(HumanText.duration(at - oldest))"
      guard sessions.pollsLastMinute == 0 else {
        let polls = HumanText.count(sessions.pollsLastMinute, "poll")
        return [
          StatusFinding(code: .pollBacklog, text: "\(due), with \(polls) in the last minute: see ops/runbooks/reconciliation-behind.md")
        ]
      }
      return [
        StatusFinding(
          code: .notPolled,
          text:
            "\(due), and nobody has asked about any for a minute: does `checkout-worker reconcile` run, and can it reach the gateway? See "
            + "ops/runbooks/reconciliation-behind.md")
      ]
    }
    guard sessions.longOverdue > 0 else { return [] }
    let verb = sessions.longOverdue == 1 ? "has" : "have"
    return [
      StatusFinding(
        code: .notEnding,
        text:
          "\(HumanText.count(sessions.longOverdue, "session")) \(verb) not ended \(HumanText.duration(OutstandingStatistics.longOverdueAfter)) "
          + "after the deadline: the gateway gives no usable answer, or refuses the merchant; the log of `checkout-worker reconcile` says which. See "
          + "ops/runbooks/reconciliation-behind.md, step 5, and credentials-refused.md")
    ]
  }

  private var publicationFindings: [StatusFinding] {
    guard let statistics = ledger.statistics else { return [] }
    var findings: [StatusFinding] = []
    if let events = statistics.outstanding?.unpublishedEvents, let oldest = waitingTooLong(events) {
      findings.append(
        StatusFinding(
          code: .eventsUnpublished,
          text: "\(HumanText.count(events.count, "status event")) not published, the oldest for \(oldest): does the broker take them, does "
            + "`checkout-worker reconcile` run? See ops/runbooks/not-ready.md"))
    }
    if let oldest = waitingTooLong(statistics.undecided, max: Self.decisionDelayMax) {
      let verb = statistics.undecided.count == 1 ? "is" : "are"
      findings.append(
        StatusFinding(
          code: .requestsHeld,
          text:
            "\(HumanText.count(statistics.undecided.count, "request")) \(verb) taken and not answered, the oldest for \(oldest): /readyz of "
            + "`checkout-worker run` says since when it holds, and for whom; if none runs, the next one goes on with them. See ops/runbooks/not-ready.md"
        ))
    }
    if let oldest = waitingTooLong(statistics.unpublished) {
      findings.append(
        StatusFinding(
          code: .repliesUnpublished,
          text:
            "\(HumanText.count(statistics.unpublished.count, "reply", "replies")) not published, the oldest for \(oldest): does the broker take "
            + "them, does `checkout-worker run` run? See ops/runbooks/not-ready.md"))
    }
    return findings
  }

  private func waitingTooLong(_ backlog: LedgerStatistics.Backlog, max: Duration = publicationDelayMax) -> String? {
    guard backlog.count > 0, let oldest = backlog.oldest, at - oldest > max else { return nil }
    return HumanText.duration(at - oldest)
  }
}
