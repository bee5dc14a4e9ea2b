import CheckoutSession
import Ledger
import Logging

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Whether `run` can open its ledger. Changes nothing: a ledger that is there is read, one that is not is not made.
struct LedgerCheck {
  let assembly: WorkerAssembly
  let logger: Logger

  /// The line of this check.
  func run() async -> CheckResult {
    switch assembly.configuration.ledger.store {
    case .memory:
      return .warn(
        "ledger", "in memory",
        advice: "What has been answered is forgotten when the process ends. For real work set ledger.url: sqlite:PATH.")
    case .postgres: return await content()
    case .sqlite(let path):
      switch LedgerPresence(path: path) {
      case .absent: return folder(of: path)
      case .empty: return access(path, R_OK | W_OK) == 0 ? .ok(subject, "empty, run sets it up") : unwritable
      case .present:
        let result = await content()
        // SQLite keeps its log beside the file, so the folder counts too.
        let isWritable = access(path, W_OK) == 0 && access(LedgerPresence.folder(of: path), W_OK | X_OK) == 0
        return result.mark == .ok && !isWritable ? unwritable : result
      }
    }
  }

  private var store: WorkerConfiguration.Ledger.Store { assembly.configuration.ledger.store }
  private var subject: String { "ledger \(store.name)" }

  private func folder(of path: String) -> CheckResult {
    let folder = LedgerPresence.folder(of: path)
    guard access(folder, F_OK) == 0 else {
      return .fail(subject, "the folder \(folder) does not exist", .failed, advice: "mkdir -p \(folder)")
    }
    guard access(folder, W_OK | X_OK) == 0 else {
      return .fail(
        subject, "not there yet, and this user cannot write to \(folder)", .failed,
        advice: "Let the worker's user write there, or set ledger.url to another place.")
    }
    return .ok(subject, "not there yet; run creates it")
  }

  private func content() async -> CheckResult {
    do throws(LedgerFailure) {
      let ledger = try await assembly.openLedger(.readOnly, logger: logger)
      let read: Result<LedgerStatistics, LedgerFailure>
      do throws(LedgerFailure) {
        read = .success(try await ledger.statistics(now: WallClock.system.now()))
      } catch {
        read = .failure(error)
      }
      await ledger.close()
      return .ok(subject, "knows \(HumanText.count(try read.get().identities, "request"))")
    } catch {
      if error.code == .notSetUp { return .ok(subject, "empty, run sets it up") }
      return .fail(subject, "\(error)", PartFailure.exitStatus(for: error), advice: advice(error))
    }
  }

  private var unwritable: CheckResult {
    .fail(
      subject, "this user cannot write to it or to its folder", .failed,
      advice: "Run as the user that owns it, or give it to this one.")
  }

  private func advice(_ failure: LedgerFailure) -> String {
    if case .postgres = store { return LedgerVisit.postgresAdvice(failure) }
    return switch failure.code {
    case .busy: "Another process holds it for long: look for a backup or a tool that has it open (fuser \(store.name))."
    case .full: "Make room on that file system."
    case .corrupt: "Do not delete it while requests are in flight. Run the version that wrote it, or restore it from a backup."
    case .notWritable: "Run as the user that owns it, or give it to this one."
    default: "Look at the file and its folder: owner, mode, mount."
    }
  }
}
