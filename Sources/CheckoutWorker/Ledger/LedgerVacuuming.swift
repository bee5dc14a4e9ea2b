import CheckoutSession
import Ledger
import Logging
import Pacing

/// The work of `ledger vacuum`.
struct LedgerVacuuming: Sendable {
  let assembly: WorkerAssembly
  let json: Bool
  let output: CommandOutput
  var clock: any Clock<Duration> = ContinuousClock()
  let logger: Logger

  /// Writes the file anew and says what that gave.
  ///
  /// SQLite cannot be asked to end a vacuum, but a process that ends in the middle of one has changed nothing: what is not committed does not count. So a
  /// cancelled call does not wait for it, and leaves the ledger open to the end of the process.
  func run() async -> ExitStatus {
    let (ends, end) = AsyncStream.makeStream(of: ExitStatus.self)
    Task {
      end.yield(await vacuum())
      end.finish()
    }
    // A cancelled task gets no element.
    for await status in ends { return status }
    output.writeError("Asked to end. A vacuum that is not finished changes nothing; run it again at a quieter hour.")
    return .tryAgainLater
  }

  private func vacuum() async -> ExitStatus {
    let visit = LedgerVisit(assembly: assembly, access: .readWrite, output: output, logger: logger)
    var report = LedgerVacuumReport(location: visit.location)
    return await visit.run(onNothing: { show(report.with(nothing: $0)) }) { ledger throws(LedgerFailure) in
      let time = MonotonicTime(clock: clock)
      let began = time.now
      report.result = try await ledger.vacuum()
      report.took = time.now - began
      show(report)
      return .done
    }
  }

  private func show(_ report: LedgerVacuumReport) { output.write(json ? report.json : report.text) }
}
