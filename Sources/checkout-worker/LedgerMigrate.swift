import ArgumentParser
import CheckoutWorker

/// `checkout-worker ledger migrate`.
struct LedgerMigrate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Brings the ledger's tables up to date, and shows which steps it has taken.",
    discussion: HelpText.filled(
      """
      Works on the ledger that ledger.url names, a SQLite file or a PostgreSQL schema, and makes it if it is not there yet. Every step is printed with its
      number, what it brings, and whether the ledger has taken it; PostgreSQL also keeps when. With --dry-run nothing is changed, nor made.

      `run` and `reconcile` take missing steps by themselves when they start; of several that start at once one does, the others wait for it. This command is for
      PostgreSQL whose workers have no right to make tables (run it as the owner of the schema before they start), and for seeing what an update is about
      to do. All missing steps are taken together or not at all. Old workers that are still running must be able to go on: the release notes say where they
      cannot. A ledger of a newer version than this program is refused.

      Exit codes, and what to do:
        0   Done: the ledger is up to date. With --dry-run: the list is complete, steps may be pending.
        1   Failed; standard error says at what: a login that is refused, a right that is missing. No step was taken.
        2   Wrong usage or configuration; a ledger in memory has nothing to migrate.
        75  The ledger could not be reached, or was busy. No step was taken. Run it again.
      """))

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Say which steps are missing, and change nothing.")
  var dryRun = false

  @Flag(help: "Print one JSON object, for scripts.")
  var json = false

  func run() async throws {
    throw ExitCode(await LedgerMigrateProgram(sources: global.sources, isDryRun: dryRun, json: json).run().rawValue)
  }
}
