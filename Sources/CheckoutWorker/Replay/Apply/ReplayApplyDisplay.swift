import CheckoutSession
import Replay
import Synchronization

/// Tells what happens while a plan is applied: a line for each thing that an operator has to know, and on a terminal one that is overwritten.
final class ReplayApplyDisplay: Sendable {
  private struct State {
    var hasLine = false
    var shownAt = ContinuousClock.now
    /// What was said of a run that is waited for, so that it is said once.
    var waitedFor: Set<Int64> = []
    var hasSaidReplies = false
  }

  private static let interval: Duration = .milliseconds(200)

  private let plan: CheckedPlan
  private let who: String
  private let output: CommandOutput
  private let isTerminal = StandardStreams.outputIsTerminal
  private let state = Mutex(State())

  init(plan: CheckedPlan, user: String, host: String, output: CommandOutput) {
    self.plan = plan
    who = "\(user)@\(host)"
    self.output = output
  }

  /// Shows what happened.
  func show(_ notice: ReplayNotice) {
    switch notice {
    case .began(let run): say("\nrun \(run) of plan \(plan.shortHash), by \(who)")
    case .canaryAnswered(let entry, let answer):
      let isRight = entry.prediction.agrees(with: answer)
      say(
        "  canary  \(entry.place)  \(entry.identity.requestID)  predicted \(entry.prediction.short), is \(answer.short)  \(isRight ? "ok" : "NOT AS PREDICTED")"
      )
    case .canaryPassed(let count): say("  canary  \(HumanText.count(count, "reply", "replies")) as predicted: going on")
    case .canarySilent(let entries):
      for entry in entries.prefix(20) { say("  canary  \(entry.place)  \(entry.identity.requestID)  NO REPLY") }
    case .doubtsSettled(let found, let notFound):
      say(
        "  in doubt after a run that died: \(HumanText.number(found)) found in the request topic, \(HumanText.number(notFound)) not sent and sent now"
      )
    case .waitingForRun(let run, let count):
      guard state.withLock({ $0.waitedFor.insert(run).inserted }) else { return }
      say("  run \(run) has \(HumanText.count(count, "record")) of this plan in hand: waiting until it has sent them, or its lease is over")
    case .waitingForReplies(let count):
      guard
        state.withLock({ state in
          defer { state.hasSaidReplies = true }
          return !state.hasSaidReplies
        })
      else { return }
      say("  \(HumanText.number(count)) sent and not answered: the workers are slower than --rate, waiting for them from now on")
    case .allSent(let count): say("  all sent; waiting for \(HumanText.count(count, "reply", "replies"))")
    case .progress(let lines, let sent, let answered): showLine(lines, sent, answered)
    }
  }

  /// Leaves nothing of the overwritten line.
  func end() {
    let hasLine = state.withLock { state in
      defer { state.hasLine = false }
      return state.hasLine
    }
    if hasLine { StandardStreams.writeRaw("\r\u{1B}[K") }
  }

  private func say(_ text: String) {
    end()
    output.write(text)
  }

  private func showLine(_ lines: Int, _ sent: Int, _ answered: Int) {
    guard isTerminal else { return }
    let isDue = state.withLock { state in
      guard ContinuousClock.now - state.shownAt >= Self.interval else { return false }
      state.shownAt = .now
      state.hasLine = true
      return true
    }
    guard isDue else { return }
    let total = HumanText.number(plan.summary.linesCount)
    StandardStreams.writeRaw(
      "\r\u{1B}[K  line \(HumanText.number(lines)) of \(total)  ·  \(HumanText.number(sent)) sent  ·  \(HumanText.number(answered)) answered\r"
    )
  }
}
