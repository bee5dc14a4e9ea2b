import ArgumentParser
import CheckoutWorker

/// `checkout-worker`: the command line of `design/architecture.md`. Scripts and cron jobs depend on its words and exit codes.
@main
struct CheckoutWorkerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkout-worker",
    abstract: "Turns checkout requests on Kafka into sessions at the payment gateway, and publishes the URLs that shoppers open.",
    discussion: HelpText.filled(
      """
      New here? `checkout-worker demo` runs everything on this machine, with a broker and a gateway of its own.
      To run it for real, write a configuration (config/local.yaml is a start, config/reference.md lists every key), try it with
      `checkout-worker check --config FILE`, and start `checkout-worker run --config FILE`. What became of the sessions is found out by
      `checkout-worker reconcile`, every minute from cron (--once) or as a service (--watch), with the same configuration.

      Exit codes: 0 done · 1 failed · 2 wrong usage or configuration · 3 finished, but something was dead-lettered or is unresolved
      75 try again later (broker, gateway or ledger unreachable) · 77 credentials refused
      """),
    version: WorkerVersion.current,
    subcommands: [
      Run.self, Reconcile.self, Publish.self, Status.self, Check.self, Audit.self, Replay.self, Ledger.self, Demo.self, Documentation.self,
    ])

  /// Parses and runs. Wrong usage ends with 2, as `design/architecture.md` says, not with the parser's own 64.
  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      let code = exitCode(for: error)
      guard code == .validationFailure else { exit(withError: error) }
      StandardStreams.writeError(fullMessage(for: error))
      exit(withError: ExitCode(ExitStatus.wrongUsage.rawValue))
    }
  }
}
