import ArgumentParser
import CheckoutWorker

/// `checkout-worker replay list`.
struct ReplayList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Says what failed, in groups, and what can be done about it.",
    discussion: HelpText.filled(
      """
      Reads the dead-letter topic up to its present ends and prints a row for each group of dead letters: how many there are, how many of them were replayed \
      already, from when to when they were written, one of them as an example (the newest that is not replayed yet), and whether they can succeed. Ends with \
      the totals and the command to type next.

      Can they succeed?
        yes        As they are: the gateway or a network failed, and may work by now.
        after a change of configuration
                   Once their merchant or reply topic is configured.
        if edited  Their body breaks a rule, ours or the gateway's: another body can work.
        unknown    Another program wrote the dead letter. Plan it: that tries it out.
        over the limit
                   Replayed replay.maxAttempts times already: only `replay apply --force` sends them.
        no         Headers, request id or value cannot be mended by a replay, or the value is masked.

      Groups are by class, code, merchant, mode and hour (UTC) unless --group-by says fewer. Of more than 10,000 groups the rest counts as (others). Dead letters \
      that do not say their mode have the mode unknown. A record that is no dead letter counts as UNREADABLE.

      Disturbs nobody: it joins no group, commits nothing, and only reads the ledger. Without the workers' ledger it cannot say which are replayed, shows -, \
      and says so. Memory stays the same however long the topic is; with --since, --partition or --offset only that part of it is read.

      Exit codes, and what to do:
        0   Listed, also if there is nothing.
        1   Failed; standard error says at what: a topic that does not exist, a damaged ledger.
        2   Wrong usage or configuration.
        75  Broker or ledger unreachable, or asked to end. Run it again.
        77  Credentials refused.
      """))

  @OptionGroup var global: GlobalOptions

  @OptionGroup var filters: DeadLetterFilterOptions

  @Option(help: ArgumentHelp("Group by these only: class, code, merchant, mode, hour; comma-separated.", valueName: "what,…"))
  var groupBy: [String] = []

  @Flag(help: "Print one JSON object a line, for scripts: every group, then the report as the last line.")
  var json = false

  func validate() throws {
    if let objection = options.objection { throw ValidationError(objection) }
  }

  func run() async throws {
    let status = await ReplayListProgram(sources: global.sources, options: options).run()
    throw ExitCode(status.rawValue)
  }

  private var options: ReplayListOptions {
    var options = ReplayListOptions(filters: filters.arguments, groupBy: groupBy)
    options.json = json
    return options
  }
}
