import ArgumentParser
import CheckoutWorker

/// `checkout-worker demo`.
struct Demo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs everything on this machine, end to end, and shows what came of it.",
    discussion: HelpText.filled(
      """
      Starts a broker (librdkafka's mock cluster) and the gateway simulator inside this process, publishes mixed requests (all five modes, some
      invalid, some repeated, some expired), and runs both stages against a gateway that fails now and then and whose time runs 60 times faster:
      sessions are created, used, completed, failed, canceled and left to run out in less than half a minute. Then every reply and every status
      event is compared with what truly happened at the gateway. Ends with 1 if anything differs. Needs no configuration and leaves nothing behind.
      """))

  @Option(help: ArgumentHelp("How many requests to publish.", valueName: "n"))
  var requests = 1000

  @Option(help: ArgumentHelp("Makes a run repeatable: requests, faults and shoppers are drawn from it.", valueName: "seed"))
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("Also write the worker's log to this file, at debug level.", valueName: "file"))
  var logFile: String?

  func validate() throws {
    guard (10...100_000).contains(requests) else { throw ValidationError("--requests: must be from 10 to 100000, got \(requests)") }
  }

  func run() async throws {
    let status = await DemoProgram(requests: requests, seed: seed, logFile: logFile).run()
    throw ExitCode(status.rawValue)
  }
}
