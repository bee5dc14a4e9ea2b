import ArgumentParser
import CheckoutWorker

/// `checkout-worker status`.
struct Status: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says how things stand: what is wrong, ledger, lag, oldest unanswered request, outstanding sessions, who shares the quota.",
    discussion: HelpText.filled(
      """
      Begins with what needs attention, if anything does, and with the page of ops/runbooks that helps.
      Disturbs nobody: the ledger is only read, and the group's offsets are asked for without joining it. A part that cannot be reached is shown as
      unknown, with the reason; a ledger that does not exist yet is no failure.
      Exit codes: 0 all known · 1 the ledger or the request topic cannot be read · 2 configuration · 75 broker unreachable · 77 credentials refused
      """))

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Print one JSON object, for scripts: every member is always there, null if unknown.")
  var json = false

  func run() async throws {
    let status = await StatusProgram(sources: global.sources, json: json).run()
    throw ExitCode(status.rawValue)
  }
}
