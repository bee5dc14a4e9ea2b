import CheckoutSession
import Kafka
import Ledger

/// `status` for people.
extension StatusReport {
  /// The report, one part after the other.
  var text: String {
    [attention, summary, ledgerText, sessionsText, groupText].compactMap(\.self).joined(separator: "\n\n")
  }

  /// What is wrong stands first, for who is woken up by it.
  private var attention: String? {
    let findings = findings
    guard !findings.isEmpty else { return nil }
    return (["NEEDS ATTENTION"] + findings.map { "  - \($0.text)" }).joined(separator: "\n")
  }

  private var summary: String {
    let isKnown = ledger.status == .done && group.failure == nil
    let oldest =
      oldestUnanswered.map { "\(HumanText.duration(at - $0)) (since \($0.rfc3339))" }
      ?? (isKnown ? "none waits" : "unknown, see below")
    return "oldest unanswered request  \(oldest)"
  }

  // MARK: Ledger

  private var ledgerText: String {
    guard let statistics = ledger.statistics else { return "ledger\n  \(ledger.explanation ?? "unknown")" }
    var lines = [
      "ledger \(ledger.location)" + (statistics.fileBytes.map { " (\(HumanText.bytes($0)))" } ?? ""),
      "  requests known       \(HumanText.number(statistics.identities))",
      "  being worked on      \(backlog(statistics.undecided))",
      "    of these in doubt  \(HumanText.number(statistics.inDoubt))",
      "  not yet published    \(backlog(statistics.unpublished))",
      "  published            \(HumanText.number(statistics.publishedTotal))"
        + (statistics.lastPublishedAt.map { ", the last \(HumanText.duration(at - $0)) ago" } ?? ""),
      "", outcomes(statistics), "", sessions(statistics),
    ]
    if statistics.inDoubtClaimsTotal > 0 {
      lines.insert("  ever in doubt        \(HumanText.number(statistics.inDoubtClaimsTotal))", at: 4)
    }
    return lines.joined(separator: "\n")
  }

  private func outcomes(_ statistics: LedgerStatistics) -> String {
    var table = TextTable(header: ["outcome", "requests"], rightAligned: [1])
    for outcome in ReplyOutcome.allCases { table.row(outcome.rawValue, HumanText.number(statistics.decisions[outcome] ?? 0)) }
    return table.text
  }

  private func sessions(_ statistics: LedgerStatistics) -> String {
    var table = TextTable(header: ["age of live sessions", "sessions"], rightAligned: [1])
    for bucket in statistics.liveSessions {
      table.row(Self.ages(from: bucket.ageFrom, below: bucket.ageBelow), HumanText.number(bucket.count))
    }
    return table.text
  }

  // MARK: Kafka

  private var groupText: String {
    let title = "group \(group.group) in \(group.topic)"
    guard let partitions = group.partitions else {
      return "\(title)\n  unknown: \(group.failure.map { "\($0)" } ?? "not asked")"
    }
    var table = TextTable(header: ["partition", "committed", "end", "lag"], rightAligned: [0, 1, 2, 3])
    for partition in partitions {
      table.row(
        "\(partition.partition.partition)", partition.committed.map { HumanText.number($0) } ?? "–", HumanText.number(partition.end),
        partition.lag.map { HumanText.number($0) } ?? "unknown")
    }
    table.row("all", "", "", group.lag.map { HumanText.number($0) } ?? "unknown")
    return "\(title)\n\(table.text)"
  }
}
