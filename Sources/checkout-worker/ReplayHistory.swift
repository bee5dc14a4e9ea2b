import ArgumentParser
import CheckoutWorker

/// `checkout-worker replay history`.
struct ReplayHistory: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Says who sent what again, when, by which plan, and what became of it.",
    discussion: HelpText.filled(
      """
      Reads the ledger only, which remembers for replay.historyRetention. Prints the latest runs of `replay apply`, the newest first; with --run the records of \
      one run as well.

      How runs end:
        FINISHED       Everything of its plan was settled.
        CANARY_FAILED  The canary was not as predicted, so the rest was not sent.
        STOPPED        Asked to end, or stopped by a broker or the ledger; the same command goes on.
        DIED           It did not say how it ended: killed, or its host lost. The same command goes on.
        running        It is at work now.

      What became of records: sent counts all that reached the request topic, answered those whose reply was seen, by outcome. In doubt is what a run that died had \
      in hand: the next run of the plan finds out whether it was sent.

      Exit codes, and what to do:
        0   Shown, also if there is nothing.
        1   Failed; standard error says at what: no such run, a damaged ledger.
        2   Wrong usage or configuration.
        75  Ledger unreachable. Run it again.
      """))

  @OptionGroup var global: GlobalOptions

  @Option(help: ArgumentHelp("Runs of this plan only: its file, or its hash (6 digits of it are enough).", valueName: "plan"))
  var plan: String?

  @Option(name: .customLong("run"), help: ArgumentHelp("This run, with its records.", valueName: "n"))
  var runNumber: Int64?

  @Option(help: ArgumentHelp("Show at most so many runs.", valueName: "n"))
  var limit = 20

  @Flag(help: "Print one JSON object a line, for scripts: every run, or the run and then its records.")
  var json = false

  func validate() throws {
    if let objection = options.objection { throw ValidationError(objection) }
  }

  func run() async throws {
    let status = await ReplayHistoryProgram(sources: global.sources, options: options).run()
    throw ExitCode(status.rawValue)
  }

  private var options: ReplayHistoryOptions {
    var options = ReplayHistoryOptions()
    options.plan = plan
    options.run = runNumber
    options.limit = limit
    options.json = json
    return options
  }
}
