import CheckoutSession
import Ledger
import Logging
import Replay

/// The work of `replay list`.
struct ReplayListing: Sendable {
  let assembly: WorkerAssembly
  let options: ReplayListOptions
  let output: CommandOutput
  let logger: Logger
  /// Writes the command to type next.
  var echo = CommandEcho()
  var wallClock = WallClock.system
  /// Whether a terminal shows how far it is.
  var showsProgress = false
  let progress = ReadingProgress()

  /// Reads, and prints the groups.
  func run() async -> ExitStatus {
    do {
      let report = try await ProgressLine.showing(showsProgress, { progress.text }) { try await read() }
      output.write(options.json ? report.json : report.text)
      return .done
    } catch {
      return refuse(error)
    }
  }

  private func read() async throws -> ReplayListReport {
    let began = ContinuousClock.now
    let at = wallClock.now()
    progress.begin("opening the ledger", of: "ledger")
    let lookup = try await ReplayedLookup.open(assembly, logger: logger)
    var summary = DeadLetterSummary(by: options.parts, attemptsMax: assembly.configuration.replay.maxAttempts)
    let result: Result<DeadLetterReader.Extent, any Error>
    do {
      let reader = try DeadLetterReader(
        assembly: assembly, filter: options.filters.filter(now: at), progress: progress, logger: logger)
      result = .success(
        try await reader.read { letters in
          summary.add(letters, areReplayed: try await lookup.areReplayed(letters))
          return true
        })
    } catch {
      result = .failure(error)
    }
    await lookup.close()
    return ReplayListReport(
      at: at, topic: assembly.configuration.kafka.topics.deadLetters, filters: options.filters, summary: summary,
      ledgerReason: lookup.reason, recordsRead: try result.get().recordsRead, elapsed: ContinuousClock.now - began, echo: echo)
  }

  private func refuse(_ error: any Error) -> ExitStatus {
    if error is CancellationError {
      output.writeError("Asked to end before everything was read: run it again.")
      return .tryAgainLater
    }
    output.writeError("\(error)")
    if let advice = ReplayFailureAdvice.text(error, assembly.configuration, echo) { output.writeError(advice) }
    return PartFailure.exitStatus(for: error)
  }
}
