import ArgumentParser
import CheckoutWorker

/// `checkout-worker ledger vacuum`.
struct LedgerVacuum: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vacuum",
    abstract: "Writes the ledger's file anew, without its free pages.",
    discussion: HelpText.filled(
      """
      Needed only when the disk needs the space: free pages are used again by themselves. Best after `checkout-worker ledger prune`, at a quiet hour.

      While it runs nobody else can write to the ledger: `run` and `reconcile` wait, take no more work and go on by themselves, nothing is lost. That lasts
      about a second for every 100 MB. For a moment it needs free space of twice the file's size. SIGTERM and SIGINT end it; then nothing has changed.

      Exit codes, and what to do:
        0   Done; a ledger that does not exist yet needs none.
        1   Failed; standard error says at what: the file, its owner, the disk.
        2   Wrong usage or configuration.
        75  The ledger was busy, the disk too full, or it was asked to end. Nothing has changed. Run it again at a quieter hour.
      """))

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Print one JSON object, for scripts.")
  var json = false

  func run() async throws {
    let status = await LedgerVacuumProgram(sources: global.sources, json: json).run()
    throw ExitCode(status.rawValue)
  }
}
