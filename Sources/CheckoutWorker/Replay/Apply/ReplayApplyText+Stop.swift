import CheckoutSession
import Ledger
import Replay
import Stage

extension ReplayApplyText {
  /// Why it ended before everything was settled, and what to do.
  /// - Parameter left: lines of the plan that were not come to, or given back.
  func stop(_ stop: ReplayStop, left: Int, _ store: WorkerConfiguration.Ledger.Store) -> String {
    let goOn = "Run the same command again: it goes on where this one stopped, and sends nothing twice:\n  \(again)"
    let restWords = left > 0 ? ", so the rest was not sent" : ""
    switch stop {
    case .asked: return "Asked to end. \(goOn)"
    case .canaryFailed:
      let findOut = """
        STOPPED: the canary did not end as predicted\(restWords).
        Find out why: the replies above say what it is instead, and `\(echo.command("replay list"))` shows what failed again.
        """
      guard left > 0 else { return findOut }
      return """
        \(findOut)
        If the cause is gone, run the same command again: it sends another canary first:
          \(again)
        If the plan is out of date, this predicts it anew:
          \(echo.command("replay plan", "--revise \(CommandEcho.quotedPath(options.plan)) -o NEWPLAN"))
        """
    case .noReplies(let count):
      return """
        STOPPED: \(HumanText.count(count, "request that was sent has", "requests that were sent have")) no reply yet; none came for \(options.replyTimeout)\(restWords).
        The plan is not to blame. Lines that their prediction puts off (not before …) are answered then.
        Check that a worker runs, that it reads \(topics.requests), and that it gets on: `\(echo.command("status"))`
        Then apply the same plan again: it waits for these replies, goes on where this one stopped, and sends nothing twice:
          \(again)
        """
    case .leaseLost: return "STOPPED: the ledger could not be asked in time, so another run may go on with this plan. \(goOn)"
    case .notAcknowledged(let failure):
      return """
        STOPPED: the brokers did not acknowledge what was sent: \(failure.message)
        What of it did arrive is found in the request topic first. \(goOn)
        """
    case .failed(let error as PlanFileError): return "STOPPED: \(error)"
    case .failed(let failure as LedgerFailure):
      return "STOPPED: \(failure)\n\(LedgerVisit.advice(failure, store))\n\(goOn)"
    case .failed(let error): return "STOPPED: \(error)\n\(goOn)"
    }
  }
}
