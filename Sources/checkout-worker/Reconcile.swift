import ArgumentParser
import CheckoutWorker

/// `checkout-worker reconcile`.
struct Reconcile: AsyncParsableCommand {
  /// How long it works: exactly one is given.
  enum Mode: String, EnumerableFlag {
    /// One pass.
    case once
    /// Until the last session has ended.
    case untilSettled
    /// A service.
    case watch

    static func help(for value: Mode) -> ArgumentHelp? {
      switch value {
      case .once: "Poll every session that is due now, publish what came of it, and end. For cron, every minute."
      case .untilSettled: "Go on until every session has ended or is reported as UNRESOLVED. For a job, or before a machine goes away."
      case .watch: "Go on until SIGTERM or SIGINT. For a service; events come sooner than with --once."
      }
    }

    var run: ReconcileProgram.Run {
      switch self {
      case .once: .once
      case .untilSettled: .untilSettled
      case .watch: .watch
      }
    }
  }

  static let configuration = CommandConfiguration(
    abstract: "Asks the gateway what became of the sessions, and publishes a status event for every change.",
    discussion: HelpText.filled(
      """
      Exactly one of --once, --until-settled and --watch says how long it works. jobs/reconcile has units, a crontab line and a CronJob.
      It shares only the ledger (ledger.url) and Kafka with `run`. It may run beside it, and beside others of its kind: what one has taken, the others leave
      alone. A pass that is still at work when the next one starts does no harm, nor does killing it: its sessions are free again after
      reconciliation.leaseDuration, and an event that was not acknowledged is published again under the same ce_id.
      --watch serves admin.port like `run`: on one host give it another one (--set admin.port=8081), or 0.
      SIGTERM and SIGINT: it takes no more sessions, publishes what it has, gives the rest back, and ends within 25 seconds.

      Exit codes, and what to do:
        0   Done. With --watch: it was asked to end, and has.
        1   Failed; standard error says at what. Run `checkout-worker check` with the same configuration. The next pass does what this one could not.
        2   Wrong usage or configuration. Nothing was polled; every problem is listed. Mend them: the next pass ends the same way.
        3   Done, but sessions are UNRESOLVED: the gateway has said nothing about them for reconciliation.unresolvedAfter. A person must look:
            ops/runbooks/unresolved-sessions.md. `checkout-worker status` counts them. They are polled on, so the code stays until they have ended.
        75  Broker, gateway or ledger cannot be reached, or it was asked to end before it was done. Do nothing: the next pass goes on from there. Look at
            `checkout-worker status` if it comes for more than ten minutes.
        77  The gateway or the broker refuses the credentials, or the ledger has sessions of a merchant that is not configured. No status was changed by that,
            and all other sessions were polled. Mend the credentials: ops/runbooks/credentials-refused.md.
      """))

  @OptionGroup var global: GlobalOptions

  @Flag var modes: [Mode] = []

  func validate() throws {
    guard Set(modes).count == 1 else {
      let given = modes.isEmpty ? "none" : Mode.allCases.filter(modes.contains).map(\.flag).joined(separator: " and ")
      throw ValidationError("Expected exactly one of --once, --until-settled and --watch, got \(given).")
    }
  }

  func run() async throws {
    guard let mode = modes.first else { return }
    let status = await ReconcileProgram(sources: global.sources, run: mode.run).run()
    throw ExitCode(status.rawValue)
  }
}

extension Reconcile.Mode {
  /// As it stands on the command line.
  fileprivate var flag: String {
    switch self {
    case .once: "--once"
    case .untilSettled: "--until-settled"
    case .watch: "--watch"
    }
  }
}
