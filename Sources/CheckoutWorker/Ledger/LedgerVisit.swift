import CheckoutSession
import Ledger
import Logging

/// Opens the ledger for a command that works on it beside those who use it, and says what stands in the way.
struct LedgerVisit {
  let assembly: WorkerAssembly
  let access: SQLiteLedgerConfiguration.Access
  let output: CommandOutput
  let logger: Logger

  /// The ledger's file, or `memory:`.
  var location: String {
    if case .sqlite(let path) = assembly.configuration.ledger.store { path } else { "memory:" }
  }

  /// Runs `work` with the open ledger and closes it. A ledger that is not there yet is not made: then there is nothing to do, which `onNothing` reports.
  func run(
    onNothing: (_ reason: String) -> Void, _ work: (SQLiteLedger) async throws(LedgerFailure) -> ExitStatus
  ) async -> ExitStatus {
    guard case .sqlite(let path) = assembly.configuration.ledger.store else {
      output.writeError("ledger.url is memory: there is no file that this command could work on.")
      return .wrongUsage
    }
    switch LedgerPresence(path: path) {
    case .absent: onNothing("no ledger yet at \(path)")
    case .empty: onNothing("\(path) is empty, no worker has used it yet")
    case .present: return await visit(path, work)
    }
    return .done
  }

  private func visit(_ path: String, _ work: (SQLiteLedger) async throws(LedgerFailure) -> ExitStatus) async -> ExitStatus {
    do throws(LedgerFailure) {
      let ledger = try await SQLiteLedger.open(assembly.ledger(access), logger: logger)
      let status: Result<ExitStatus, LedgerFailure>
      do throws(LedgerFailure) {
        status = .success(try await work(ledger))
      } catch {
        status = .failure(error)
      }
      await ledger.close()
      return try status.get()
    } catch {
      output.writeError("\(error)")
      output.writeError(Self.advice(error, path: path))
      return PartFailure.exitStatus(for: error)
    }
  }

  /// What to do about a failure.
  static func advice(_ failure: LedgerFailure, path: String) -> String {
    switch failure.code {
    case .busy:
      "Others write to it without a pause. Nothing is lost: run this again later, at a quiet hour. `fuser \(path)` names who has it open."
    case .full: "Make room on that file system, then run this again."
    case .corrupt: "Do not delete it while requests are in flight. Run the version that wrote it, or restore it from a backup."
    case .notWritable: "Run this as the user that owns the file, who is the user of `run`."
    case .cancelled: "Asked to end. Run this again to go on."
    default: "Look at the file and its folder: owner, mode, mount, free space."
    }
  }
}
