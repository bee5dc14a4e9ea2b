import ArgumentParser
import CheckoutWorker

/// `checkout-worker audit`.
struct Audit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Proves that nothing was lost: consumed = replied + dead-lettered, created = ended + outstanding.",
    discussion: HelpText.filled(
      """
      Reads the request, reply, status and dead-letter topics up to their present ends, and the ledger, and holds every record against the guarantees of
      ops/decisions/0008. Prints two sums, a table of the guarantees, and every exception with its topic/partition/offset.

      Disturbs nobody: it joins no group, commits nothing, and only reads the ledger; workers may go on meanwhile. Needs the ledger of the workers; without it
      (ledger.url memory:, no file yet, or --no-ledger) the topics are audited alone, and it says so.

      No exceptions are: requests that the group has not come to (waiting); sessions within their lifetime, or still asked about (outstanding); repeated
      replies and events that are the same; answers whose request has been removed from its topic or lies before the range (outside); requests that
      ledger.retention has made the ledger forget.

      Millions of records fit: memory stays the same, and what is read goes into a scratch file in a folder of its own under TMPDIR, about 200 bytes a
      record, which is removed at the end.

      Exit codes, and what to do:
        0   Complete.
        1   Failed; standard error says at what: a topic that does not exist, a damaged ledger.
        2   Wrong usage or configuration.
        3   There are exceptions. Each is a broken guarantee, or a topic that somebody else wrote to.
        75  Broker or ledger unreachable, or asked to end. Run it again.
        77  Credentials refused.
      """))

  @OptionGroup var global: GlobalOptions

  @Option(
    help: ArgumentHelp(
      "Audit requests written from then on: 2030-01-31T12:00:00Z, or 2h for two hours ago. Answers are read from 5 minutes earlier on.",
      valueName: "time"))
  var since: String?

  @Option(help: ArgumentHelp("Audit requests written before then. Answers are read up to the end.", valueName: "time"))
  var until: String?

  @Option(
    help: ArgumentHelp(
      "Audit requests from these offsets on: 0:1500,1:1480; other partitions from their beginning.", valueName: "p:offset,…"))
  var fromOffsets: String?

  @Option(help: ArgumentHelp("Audit requests before these offsets; other partitions up to their end.", valueName: "p:offset,…"))
  var toOffsets: String?

  @Flag(help: "Audit the topics alone.")
  var noLedger = false

  @Flag(help: "Print one JSON object a line, for scripts: every exception, then the report as the last line.")
  var json = false

  @Option(help: ArgumentHelp("Print at most so many exceptions of each kind; all if not given.", valueName: "n"))
  var examples: Int?

  func validate() throws {
    if let objection = options.objection { throw ValidationError(objection) }
  }

  func run() async throws {
    let status = await AuditProgram(sources: global.sources, options: options).run()
    throw ExitCode(status.rawValue)
  }

  private var options: AuditOptions {
    var options = AuditOptions()
    options.since = since
    options.until = until
    options.fromOffsets = fromOffsets
    options.toOffsets = toOffsets
    options.withoutLedger = noLedger
    options.json = json
    options.examplesMax = examples
    return options
  }
}
