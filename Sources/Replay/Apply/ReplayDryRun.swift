import CheckoutSession

/// What applying a plan would do now, found out without doing any of it.
public struct ReplayDryRun: Sendable {
  private let preparer: any ReplayPreparing
  private let ledger: any ReplayLookup
  private let attemptsMax: Int?

  /// - Parameter attemptsMax: `replay.maxAttempts`; nil with `--force`.
  public init(preparer: any ReplayPreparing, ledger: any ReplayLookup, attemptsMax: Int?) {
    self.preparer = preparer
    self.ledger = ledger
    self.attemptsMax = attemptsMax
  }

  /// A report in which ``ReplayApplyReport/sent`` and ``ReplayApplyReport/dropped`` say what would be.
  /// - Throws: when topics, ledger or plan cannot be read.
  public func run(_ plan: any PlanSource) async throws -> ReplayApplyReport {
    var report = ReplayApplyReport()
    while true {
      let entries = try await plan.next(ReplayApplyConfiguration.chunkMax)
      guard !entries.isEmpty else { return report }
      let lines = try await preparer.prepare(entries)
      let records = try await ledger.replayRecords(entries.map(\.origin))
      for (line, record) in zip(lines, records) { count(line, record, in: &report) }
    }
  }

  private func count(_ line: PreparedReplay, _ record: ReplayRecord?, in report: inout ReplayApplyReport) {
    switch line.work {
    case .skip: report.skipped += 1
    case .refuse(let refusal): report.refuse(line.entry, refusal)
    case .send, .drop:
      if let record, record.state != .claimed {
        let isDropped = record.state == .dropped
        report.earlier[record.run, default: .init()].sent += isDropped ? 0 : 1
        report.earlier[record.run, default: .init()].dropped += isDropped ? 1 : 0
        report.earlier[record.run, default: .init()].unanswered += record.state == .sent ? 1 : 0
      } else if line.entry.action == .drop {
        report.dropped += 1
      } else if let attemptsMax, line.replayCount >= attemptsMax {
        report.refuse(line.entry, .overLimit(line.replayCount))
      } else {
        report.sent += 1
      }
    }
  }
}
