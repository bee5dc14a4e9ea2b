import CheckoutSession
import Logging
import Pacing
import Stage
import Synchronization

// A broker or a ledger that is away for long. A service waits for it; a run that is to end by itself does not.
extension ReconciliationService {
  /// Begins a drain once the broker or the ledger has brought nothing for ``ReconciliationConfiguration/standstillTimeout`` although something waits for it. What is in hand
  /// then is in the ledger, or is as if it had never been polled: the next run finds it.
  func watchForStandstill() async throws {
    let limit = configuration.standstillTimeout
    while !isDraining {
      let now = time.now
      var next = now + limit
      for partner in ProgressWatch.Partner.allCases {
        guard let since = progress.waitingSince(partner) else { continue }
        guard since + limit > now else { return giveUp(partner) }
        next = min(next, since + limit)
      }
      try await time.sleep(until: next)
    }
  }

  private func giveUp(_ partner: ProgressWatch.Partner) {
    switch partner {
    case .broker: noteUnpublished()
    case .ledger:
      let failure = progress.ledgerFailure ?? Self.noWrite
      state.withLock { $0.statistics.couldNotWrite = failure }
    }
    logger.error(
      partner == .broker
        ? "the broker has acknowledged nothing for too long, the run ends; events wait in the ledger for the next one"
        : "the ledger has taken nothing for too long, the run ends; what was learnt is asked for again by the next one",
      metadata: ["sessions_in_hand": "\(sessions.inUse)"])
    beginDrain()
  }

  /// Notes that the run ends with events that wait in the ledger.
  func noteUnpublished() {
    let failure = progress.publishFailure ?? Self.noAcknowledgement
    state.withLock { $0.statistics.couldNotPublish = failure }
  }

  private static let noAcknowledgement = PublishReport.Failure(
    kind: .inDoubt, code: "NO_ACKNOWLEDGEMENT", message: "the broker neither acknowledged nor refused")
  private static let noWrite = LedgerFailure(code: .unavailable, message: "no write came to an end", isTransient: true)
}
