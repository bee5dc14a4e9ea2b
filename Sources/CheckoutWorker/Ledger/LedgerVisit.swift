import CheckoutSession
import Ledger
import Logging

/// Opens the ledger for a command that works on it beside those who use it, and says what stands in the way.
struct LedgerVisit {
  let assembly: WorkerAssembly
  let access: LedgerAccess
  let output: CommandOutput
  let logger: Logger

  /// The ledger's file, its database, or `memory:`.
  var location: String { assembly.configuration.ledger.store.name }

  /// Runs `work` with the open ledger and closes it. A ledger that is not there yet is not made: then there is nothing to do, which `onNothing` reports.
  func run(
    onNothing: (_ reason: String) -> Void, _ work: (any WorkerLedger) async throws(LedgerFailure) -> ExitStatus
  ) async -> ExitStatus {
    let store = assembly.configuration.ledger.store
    guard store != .memory else {
      output.writeError("ledger.url is memory: there is no file that this command could work on.")
      return .wrongUsage
    }
    switch LedgerPresence(store) {
    case .absent: onNothing("no ledger yet at \(location)")
    case .empty: onNothing("\(location) is empty, no worker has used it yet")
    case .present:
      do throws(LedgerFailure) {
        return try await visit(work)
      } catch {
        guard error.code != .notSetUp else {
          onNothing("\(location) is empty, no worker has used it yet")
          return .done
        }
        output.writeError("\(error)")
        output.writeError(Self.advice(error, store))
        return PartFailure.exitStatus(for: error)
      }
    }
    return .done
  }

  private func visit(_ work: (any WorkerLedger) async throws(LedgerFailure) -> ExitStatus) async throws(LedgerFailure) -> ExitStatus {
    let ledger = try await assembly.openLedger(access, logger: logger)
    let status: Result<ExitStatus, LedgerFailure>
    do throws(LedgerFailure) {
      status = .success(try await work(ledger))
    } catch {
      status = .failure(error)
    }
    await ledger.close()
    return try status.get()
  }

  /// What to do about a failure.
  static func advice(_ failure: LedgerFailure, _ store: WorkerConfiguration.Ledger.Store) -> String {
    if case .postgres = store { return postgresAdvice(failure) }
    return switch failure.code {
    case .busy:
      "Others write to it without a pause. Nothing is lost: run this again later, at a quiet hour. `fuser \(store.name)` names who has it open."
    case .full: "Make room on that file system, then run this again."
    case .corrupt: "Do not delete it while requests are in flight. Run the version that wrote it, or restore it from a backup."
    case .notWritable: "Run this as the user that owns the file, who is the user of `run`."
    case .cancelled: "Asked to end. Run this again to go on."
    default: "Look at the file and its folder: owner, mode, mount, free space."
    }
  }

  /// What to do about a failure of PostgreSQL.
  static func postgresAdvice(_ failure: LedgerFailure) -> String {
    switch failure.code {
    case .busy: "Others hold its rows for long: look at pg_stat_activity and pg_locks. Nothing is lost: run this again later."
    case .full: "Make room on the server's file system."
    case .corrupt: "Its schema is of a newer version: run that version of this program."
    case .notWritable: "Grant the user of ledger.url what it needs: CREATE on the database for the first start, and its own schema."
    case .cancelled: "Asked to end. Run this again to go on."
    default:
      failure.isTransient
        ? "Is the server up, and can it be reached from here? Host and port are those of ledger.url. A worker that runs holds until it is back."
        : "Waiting does not mend it: look at user, database and sslmode in ledger.url, and at ledger.passwordFile. `psql` with the same address tells more."
    }
  }
}
