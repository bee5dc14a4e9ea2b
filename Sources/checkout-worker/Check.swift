import ArgumentParser
import CheckoutWorker

/// `checkout-worker check`.
struct Check: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tries everything that `run` and `reconcile` need: configuration, ledger, brokers, topics, token, gateway.",
    discussion: HelpText.filled(
      """
      Prints one line each (ok, warn, FAIL, or skip for what could not be tried), and under a failure what to do about it. Changes nothing, takes no
      request, makes no session and joins no group. What needs mending decides the exit code before what time may mend.
      Exit codes: 0 all well · 1 something is missing or broken · 2 configuration · 75 broker or gateway unreachable · 77 credentials refused
      """))

  @OptionGroup var global: GlobalOptions

  func run() async throws {
    let status = await CheckProgram(sources: global.sources).run()
    throw ExitCode(status.rawValue)
  }
}
