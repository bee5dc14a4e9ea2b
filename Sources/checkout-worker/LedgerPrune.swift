import ArgumentParser
import CheckoutWorker

/// `checkout-worker ledger prune`.
struct LedgerPrune: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Forgets requests that were decided long ago.",
    discussion: HelpText.filled(
      """
      What is forgotten cannot be recognised any more: if the same request comes again, it gets a second session. So --older-than must not be shorter than
      ledger.retention, nor than a day. `run` forgets what is older than ledger.retention by itself, a little every minute; this command is for ledgers
      without a `run` beside them, for a longer memory with a cron job of its own, and for clearing up at once.
      A request whose session has not ended is never forgotten, however old it is.

      Works in small steps while others use the ledger, so none of them waits for long. SIGTERM and SIGINT end it after the step under way: what is done is
      done, the next run goes on from there. The file does not shrink: its free pages are used again. `checkout-worker ledger vacuum` gives them back.

      Exit codes, and what to do:
        0   Done; a ledger that does not exist yet has nothing to forget.
        1   Failed; standard error says at what: the file, its owner, the disk.
        2   Wrong usage or configuration, or --older-than is too short. Nothing was forgotten.
        75  The ledger was busy, or it was asked to end. Run it again; the next time goes on from there.
      """))

  @OptionGroup var global: GlobalOptions

  @Option(help: ArgumentHelp("Forget what was decided longer ago than this, for instance 30d: a number with d, h or m.", valueName: "age"))
  var olderThan: String

  @Flag(help: "Say what would be forgotten, and change nothing.")
  var dryRun = false

  @Flag(help: "Print one JSON object, for scripts.")
  var json = false

  func validate() throws {
    if let objection = LedgerPruneProgram.objection(toAge: olderThan) { throw ValidationError("--older-than: \(objection)") }
  }

  func run() async throws {
    let status = await LedgerPruneProgram(sources: global.sources, olderThan: olderThan, isDryRun: dryRun, json: json).run()
    throw ExitCode(status.rawValue)
  }
}
