import ArgumentParser
import CheckoutWorker

/// `checkout-worker run`.
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Creates a checkout session for every request, and publishes the replies.",
    discussion: HelpText.filled(
      """
      Runs until SIGTERM or SIGINT: then it takes no more requests, finishes or abandons what is under way within 25 seconds, commits and leaves the
      group. A second signal ends it at once; nothing is lost then either, requests that were under way come again.
      With --drain it stops by itself at the offsets that were the end when it started: a batch job.
      While the broker, the gateway or the ledger cannot be reached it waits and says so; it gives no request up for that.
      """))

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Stop at the end of the request topic as it is at the start.")
  var drain = false

  @Option(help: ArgumentHelp("Stop after about this many records; the batch under way is finished.", valueName: "n"))
  var maxRecords: Int?

  func validate() throws {
    if let maxRecords, maxRecords < 1 { throw ValidationError("--max-records: must be at least 1, got \(maxRecords)") }
  }

  func run() async throws {
    let status = await RunProgram(sources: global.sources, drain: drain, recordsMax: maxRecords).run()
    throw ExitCode(status.rawValue)
  }
}
