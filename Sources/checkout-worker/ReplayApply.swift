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

      Refused, and said so, are lines whose dead letter or original is no longer the one of the plan (RECORD_CHANGED, ORIGINAL_CHANGED), is gone (GONE, \
      DEAD_LETTER_GONE), is still rejected with its patch (EDIT_REJECTED), was replayed replay.maxAttempts times (OVER_MAX_ATTEMPTS; --force sends it), or may \
      have been sent by a run that died so long ago that the request topic cannot tell (MAYBE_SENT).

      SIGTERM and SIGINT stop it after what is under way; a second one ends it at once, which is safe too.

      Exit codes, and what to do:
        0   Everything ended as the plan said, now or before.
        1   Failed; standard error says at what.
        2   Wrong usage or configuration, a plan that cannot be used, or nobody said yes. Nothing was sent.
        3   Something was refused, not answered, or not as predicted; or the canary failed and the rest was not sent. The report names it.
        75  Broker or ledger away, nobody answers, or asked to end. Run the same command again: it goes on.
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
