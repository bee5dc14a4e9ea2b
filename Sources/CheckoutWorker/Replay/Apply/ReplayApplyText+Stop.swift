import CheckoutSession
import Ledger
import Replay
import Stage

extension ReplayApplyText {
  /// Why it ended before everything was settled, and what to do.
  func stop(_ stop: ReplayStop, _ report: ReplayApplyReport, _ configuration: WorkerConfiguration) -> String {
    let again = "Run the same command again: it goes on where this one stopped, and sends nothing twice."
    switch stop {
    case .asked: return "Asked to end. \(again)"
    case .canaryFailed:
      return """
        STOPPED: the canary did not end as predicted, so the rest was not sent.
        Find out why (the replies above; `checkout-worker replay list` shows what failed again). If the cause is gone, run the same command again: it sends
        another canary first. If the plan is out of date, `checkout-worker replay plan --revise \(options.plan) -o NEWPLAN` predicts it anew.
        """
    case .noReplies(let count):
      return """
        STOPPED: \(HumanText.count(count, "request")) sent, and no reply for \(options.replyTimeout). Do workers run, and do they get on (`checkout-worker status`)?
        \(again)
        """
    case .leaseLost: return "STOPPED: the ledger could not be asked in time, so another run may go on with this plan. \(again)"
    case .notAcknowledged(let failure):
      return """
        STOPPED: the brokers did not acknowledge what was sent: \(failure.message)
        \(again) What of it did arrive is found in the request topic first.
        """
    case .failed(let error as PlanFileError): return "STOPPED: \(error)"
    case .failed(let failure as LedgerFailure):
      return "STOPPED: \(failure)\n\(LedgerVisit.advice(failure, configuration.ledger.store))\n\(again)"
    case .failed(let error): return "STOPPED: \(error)\n\(again)"
    }
  }
}
