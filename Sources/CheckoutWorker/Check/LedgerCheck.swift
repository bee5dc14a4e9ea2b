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
    case .sqlite(let path):
      switch LedgerPresence(path: path) {
      case .absent: return folder(of: path)
      case .empty: return access(path, R_OK | W_OK) == 0 ? .ok("ledger \(path)", "empty, run sets it up") : unwritable(path)
      case .present: return await content(of: path)
      }
    }
  }

  private func folder(of path: String) -> CheckResult {
    let folder = LedgerPresence.folder(of: path)
    let subject = "ledger \(path)"
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

  private func content(of path: String) async -> CheckResult {
    do throws(LedgerFailure) {
      let ledger = try await SQLiteLedger.open(assembly.ledger(.readOnly), logger: logger)
      let read: Result<LedgerStatistics, LedgerFailure>
      do throws(LedgerFailure) {
        read = .success(try await ledger.statistics(now: WallClock.system.now()))
      } catch {
        read = .failure(error)
      }
      await ledger.close()
      let statistics = try read.get()
      // SQLite keeps its log beside the file, so the folder counts too.
      guard access(path, W_OK) == 0, access(LedgerPresence.folder(of: path), W_OK | X_OK) == 0 else { return unwritable(path) }
      return .ok("ledger \(path)", "knows \(HumanText.count(statistics.identities, "request"))")
    } catch {
      return .fail("ledger \(path)", "\(error)", PartFailure.exitStatus(for: error), advice: Self.advice(error.code, path: path))
    }
  }

  private func unwritable(_ path: String) -> CheckResult {
    .fail(
      "ledger \(path)", "this user cannot write to it or to its folder", .failed,
      advice: "Run as the user that owns it, or give it to this one.")
  }

  private static func advice(_ code: LedgerFailure.Code, path: String) -> String {
    switch code {
    case .busy: "Another process holds it for long: look for a backup or a tool that has it open (fuser \(path))."
    case .full: "Make room on that file system."
    case .corrupt: "Do not delete it while requests are in flight. Run the version that wrote it, or restore it from a backup."
    case .notWritable: "Run as the user that owns it, or give it to this one."
    default: "Look at the file and its folder: owner, mode, mount."
    }
  }
}
