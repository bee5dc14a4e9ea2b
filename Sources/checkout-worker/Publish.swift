import ArgumentParser
import CheckoutWorker

/// `checkout-worker publish`.
struct Publish: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Publishes requests to the request topic: one JSON object a line.",
    discussion: HelpText.filled(
      """
      A line is either the request itself, the body of POST /sessions, or an envelope that says more:
        {"key": "order-1", "headers": {"ce_id": "…", "merchant-id": "…"}, "value": { …the request… }}
      A request goes out byte for byte. Its key is payment.merchantTransactionId unless an envelope gives one (null: none).
      Empty lines are passed over. A line that is not a JSON object is named by file, line and column and nothing after it is published; the exit code
      is then 1. Whether a request keeps the rules is not looked at here: the worker rejects those that do not, and says why in its reply.
      Exit codes: 0 all published · 1 a faulty line or file · 2 configuration · 75 broker unreachable · 77 credentials refused
      """))

  @OptionGroup var global: GlobalOptions

  @Argument(help: "A file of JSON lines; standard input if not given, or -.")
  var file: String?

  func run() async throws {
    let status = await PublishProgram(sources: global.sources, file: file).run()
    throw ExitCode(status.rawValue)
  }
}
