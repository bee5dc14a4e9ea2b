import CheckoutSession
import Ledger
import Logging
import Pacing

/// The work of `ledger prune`.
struct LedgerPruning: Sendable {
  let assembly: WorkerAssembly
  /// `--older-than`.
  let olderThan: Duration
  let isDryRun: Bool
  let json: Bool
  let output: CommandOutput
  var clock: any Clock<Duration> = ContinuousClock()
  var wallClock = WallClock.system
  let logger: Logger

  /// Requests, or replays, of one step: a transaction of some milliseconds.
  static let stepMax = 1000

  /// Forgets and says what.
  func run() async -> ExitStatus {
    if let objection { return refuse(objection) }
    let visit = LedgerVisit(assembly: assembly, access: isDryRun ? .readOnly : .readWrite, output: output, logger: logger)
    let (now, history) = (wallClock.now(), assembly.configuration.replay.historyRetention)
    let report = LedgerPruneReport(
      location: visit.location, before: now - olderThan, age: olderThan, replaysBefore: now - history, replaysAge: history,
      isDryRun: isDryRun)
    return await visit.run(onNothing: { show(report.with(nothing: $0)) }) { ledger throws(LedgerFailure) in
      var report = report
      do throws(LedgerFailure) {
        if isDryRun {
          report.forgotten = try await ledger.prunable(decidedBefore: report.before)
          report.forgottenReplays = try await ledger.prunableReplays(claimedBefore: report.replaysBefore)
        } else {
          try await prune(ledger, &report)
        }
      } catch  where (report.forgotten ?? 0) + (report.forgottenReplays ?? 0) > 0 {
        // What is done is done, and is told before what went wrong.
        report.isComplete = false
        show(report)
        throw error
      }
      // A ledger of the version before, which a dry run does not bring up to date, knows of no outstanding session.
      if report.isComplete { report.keptOutstanding = try? await ledger.keptFromPruning(decidedBefore: report.before) }
      show(report)
      return report.isComplete ? .done : .tryAgainLater
    }
  }

  /// Why the configuration does not allow this age; nil if it does.
  private var objection: String? {
    let retention = assembly.configuration.ledger.retention
    guard olderThan < retention else { return nil }
    let (age, least) = (DurationText.text(of: olderThan), DurationText.text(of: retention))
    return """
      --older-than: expected at least ledger.retention, which is \(least), got \(age): so long a repeated request gets its first reply again, not a second session.
      If you mean it, say so to everybody: set ledger.retention to \(age), here with --set ledger.retention=\(age).
      """
  }

  private func prune(_ ledger: any WorkerLedger, _ report: inout LedgerPruneReport) async throws(LedgerFailure) {
    let (before, replaysBefore) = (report.before, report.replaysBefore)
    try await inSteps(&report.forgotten, &report.isComplete) { () throws(LedgerFailure) in
      try await ledger.prune(decidedBefore: before, limit: Self.stepMax)
    }
    guard report.isComplete else { return }
    try await inSteps(&report.forgottenReplays, &report.isComplete) { () throws(LedgerFailure) in
      try await ledger.pruneReplays(claimedBefore: replaysBefore, limit: Self.stepMax)
    }
  }

  /// Repeats a step until it finds less than it may take; not complete if the task is cancelled before.
  private func inSteps(
    _ total: inout Int?, _ isComplete: inout Bool, _ step: () async throws(LedgerFailure) -> Int
  ) async throws(LedgerFailure) {
    let time = MonotonicTime(clock: clock)
    while !Task.isCancelled {
      let began = time.now
      let count = try await step()
      total = (total ?? 0) + count
      guard count == Self.stepMax else { return }
      // Whoever waits for the lock looks for it again every few milliseconds: without a pause as long as the step this loop would nearly always have it.
      try? await time.sleep(until: time.now + max(.milliseconds(10), time.now - began))
    }
    isComplete = false
  }

  private func refuse(_ objection: String) -> ExitStatus {
    output.writeError(objection)
    return .wrongUsage
  }

  private func show(_ report: LedgerPruneReport) { output.write(json ? report.json : report.text) }
}
