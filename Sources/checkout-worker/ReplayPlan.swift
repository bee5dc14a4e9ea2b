import ArgumentParser
import CheckoutWorker

/// `checkout-worker replay plan`.
struct ReplayPlan: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Writes down which dead letters would be sent again, and what would become of each.",
    discussion: HelpText.filled(
      """
      Reads the dead letters that the filters mean and their requests, runs the worker's own code on them without any effect, and writes a plan: a file of JSON \
      lines, one for each dead letter, with what is predicted and what is to be done. Sends nothing. `replay apply` sends what the plan says, and nothing else.

      Predictions:
        WILL_CREATE            The gateway is asked for a session.
        GATEWAY_REJECTS_AGAIN  The gateway has rejected this very body before.
        STILL_REJECTED         Rejected before the gateway is asked, and why.
        ALREADY_ANSWERED       Its session is open or completed: the same reply again.
        EXPIRED                Its ce_expirytime has passed.
        CONFLICT               Its request id stands for another body.
        GONE                   The request topic has the original no longer.
        REDACTED               The dead letter has a masked value: for reading only.
        ALREADY_REPLAYED       Sent again, or dropped, before.

      Actions: the plan chooses retry for WILL_CREATE and skip, with a reason, for all else. You may choose others, for all dead letters of the filters with \
      --action, or line by line in the file with an editor or `jq -c` (keep its first line):
        retry      Send it again as it is.
        retry-new  The same, and make a new session although there was one, once that is over.
        edit       Send it with its body changed by a JSON Merge Patch (RFC 7386), the member "patch".
        skip       Leave it.
        drop       Mark it as handled, for the reason in the member "reason".

      An edited plan should be predicted anew: `replay plan --revise PLAN -o PLAN2` reads it, keeps its actions and patches, and says what they would do. With \
      filters and --action it changes those lines first, and says how many.

      Needs the ledger of the workers, which it opens for writing, because trying a request out is a transaction that is rolled back; it changes nothing. A plan \
      may hold what you write into a patch, so only you may read it (mode 0600).

      Exit codes, and what to do:
        0   The plan is written: read it, then `replay apply` it.
        1   Failed; standard error says at what: no ledger, a topic that does not exist.
        2   Wrong usage or configuration, a plan that cannot be read, or --revise with an --action for none of its lines. No plan was written.
        3   Nothing can be sent; the plan, if there is one, says why for each.
        75  Broker or ledger unreachable, or asked to end. No plan was written. Run it again.
        77  Credentials refused.
      """))

  @OptionGroup var global: GlobalOptions

  @OptionGroup var filters: DeadLetterFilterOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Where to write the plan. One that is there already stays, with ~ behind its name.", valueName: "plan"))
  var output: String

  @Option(help: ArgumentHelp("Read this plan and predict its lines anew, instead of reading the dead-letter topic.", valueName: "plan"))
  var revise: String?

  @Option(
    help: ArgumentHelp("What to do about the dead letters of the filters: retry, retry-new, edit, skip or drop.", valueName: "action"))
  var action: String?

  @Option(help: ArgumentHelp("A file with the JSON Merge Patch of --action edit; - for standard input.", valueName: "file"))
  var patch: String?

  @Option(help: ArgumentHelp("Why they are dropped or skipped. Do not name customers: the ledger keeps it.", valueName: "text"))
  var reason: String?

  @Option(help: ArgumentHelp("Stop once so many would be sent or dropped; lines that are skipped do not count.", valueName: "n"))
  var limit: Int?

  @Flag(help: "Print the summary as one JSON object, for scripts.")
  var json = false

  func validate() throws {
    if let objection = options.objection { throw ValidationError(objection) }
  }

  func run() async throws {
    let status = await ReplayPlanProgram(sources: global.sources, options: options).run()
    throw ExitCode(status.rawValue)
  }

  private var options: ReplayPlanOptions {
    var options = ReplayPlanOptions(filters: filters.arguments, output: output)
    options.revise = revise
    options.action = action
    options.patchFile = patch
    options.reason = reason
    options.limit = limit
    options.json = json
    return options
  }
}
