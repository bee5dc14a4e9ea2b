import ArgumentParser
import CheckoutWorker

/// `checkout-worker replay`.
struct Replay: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Puts right what failed: lists dead letters, plans what to send again, sends it, tells what became of it.",
    discussion: HelpText.filled(
      """
      Three steps, each of which can be looked at before the next: `list` says what failed and why, `plan` writes a file that says for each dead letter what \
      would become of it, `apply` sends what that file says, at a rate, and waits for the answers. `history` tells afterwards who sent what. A request is sent \
      again at most once for each time that it failed, however often a plan is applied. ops/runbooks/replay.md walks through a failed day.
      """),
    subcommands: [ReplayList.self, ReplayPlan.self, ReplayApply.self, ReplayHistory.self])
}
