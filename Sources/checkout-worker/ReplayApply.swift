import ArgumentParser
import CheckoutWorker

/// `checkout-worker replay apply`.
struct ReplayApply: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Sends what a plan says again, slowly, and waits for the answers.",
    discussion: HelpText.filled(
      """
      Reads the whole plan, shows what it asks for, and asks you once. Then it sends the canary, waits for its replies, and goes on only if they are as predicted; \
      the rest follows at --rate. Requests keep key, headers, correlation and reply topic; workers take replays only when no other request waits.

      Safe to kill, to repeat and to run twice: each failed request is sent at most once, ever, whatever plan names it. The ledger keeps who sent it. A run that \
      died leaves a few records of which nobody knows whether they were sent; the next run waits until the dead one's lease is over (replay.leaseDuration), \
      looks for them in the request topic, and sends those that are not there. Of two runs at once, each record is one's or the other's.

      What is not sent although the plan wants it is refused, under one of these names:
        RECORD_CHANGED    The dead letter is another one than was planned: the topic was made anew, or this is another cluster.
        DEAD_LETTER_GONE  The dead letter has been removed from its topic. It can still be dropped.
        GONE              The original has been removed from the request topic, and the dead letter only refers to it.
        ORIGINAL_CHANGED  The original is not the one that failed.
        REDACTED          The dead letter has a masked value, which is for reading only.
        EDIT_REJECTED     With its patch it is still rejected, or the patch cannot be applied.
        OVER_MAX_ATTEMPTS It was replayed replay.maxAttempts times; --force sends it.
        TOO_LARGE         The request topic takes no record of this size: an edit has made it larger, or the topic's limit is lower now.
        MAYBE_SENT        A run that died may have sent it, so long ago that the request topic cannot tell.

      SIGTERM and SIGINT stop it after what is under way; a second one ends it at once, which is safe too.

      Exit codes, and what to do:
        0   Everything that this run did ended as the plan said, or there was nothing left to do.
        1   Failed; standard error says at what.
        2   Wrong usage or configuration, a plan that cannot be used, or nobody said yes. Nothing was sent.
        3   Something was refused, not answered, or not as predicted; or the canary was not as predicted and the rest was not sent. The report names it.
        75  Broker or ledger away, no replies come (to the canary, or to all that may be under way), or asked to end. Run the same command again: it goes on.
        77  Credentials refused.
      """))

  @OptionGroup var global: GlobalOptions

  @Argument(help: ArgumentHelp("The plan, as `replay plan` has written it.", valueName: "plan"))
  var plan: String

  @Option(help: ArgumentHelp("Requests per second.", valueName: "n"))
  var rate = 10.0

  @Option(help: ArgumentHelp("Send so many first, and wait for their replies; 0: none.", valueName: "n"))
  var canary = 5

  @Option(help: ArgumentHelp("Wait no longer than this for the next reply, for instance 60s or 5m.", valueName: "time"))
  var replyTimeout = "60s"

  @Flag(help: "Do not ask.")
  var yes = false

  @Flag(help: "Send also what was replayed replay.maxAttempts times already.")
  var force = false

  @Flag(help: "Say what would be sent, and send nothing.")
  var dryRun = false

  func validate() throws {
    if let objection = options.objection { throw ValidationError(objection) }
  }

  func run() async throws {
    let status = await ReplayApplyProgram(sources: global.sources, options: options).run()
    throw ExitCode(status.rawValue)
  }

  private var options: ReplayApplyOptions {
    var options = ReplayApplyOptions(plan: plan)
    options.rate = rate
    options.canary = canary
    options.replyTimeout = replyTimeout
    options.isConfirmed = yes
    options.isForced = force
    options.isDryRun = dryRun
    return options
  }
}
