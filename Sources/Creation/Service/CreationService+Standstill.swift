import CheckoutSession
import Logging
import Pacing
import Stage
import Synchronization

// A gateway, a ledger or a broker that is away for long. A service waits for it; a run that is to end by itself does not.
extension CreationService {
  /// Begins a drain once something has been waited for in vain for `limit`. What is in hand then stays uncommitted: the next run finds it.
  func watchForStandstill(_ limit: Duration) async throws {
    while !isDraining {
      let now = time.now
      if let (since, reason) = waitingInVain {
        guard since + limit > now else { return giveUp(reason, after: limit) }
        try await time.sleep(until: since + limit)
      } else {
        try await time.sleep(until: now + limit)
      }
    }
  }

  /// What has been waited for the longest.
  private var waitingInVain: (since: Duration, reason: HoldingReason)? {
    var all = board.holdings.compactMap { holding in board.since(holding.part).map { ($0, holding.reason) } }
    if let since = parts.dispatcher.waitingInVainSince {
      all.append((since, parts.dispatcher.holdings.first?.reason ?? .gatewayFailing))
    }
    if let since = state.withLock({ $0.awaitsTimeSince }) { all.append((since, .gatewayFailing)) }
    return all.min { $0.0 < $1.0 }
  }

  private func giveUp(_ reason: HoldingReason, after limit: Duration) {
    logger.error(
      "nothing has come of waiting for too long, the run ends; what it has not answered waits for the next one",
      metadata: ["reason": "\(reason)", "waited": "\(limit)", "records_in_flight": "\(records.inUse)"])
    state.withLock { $0.statistics.standstill = reason }
    beginDrain()
  }
}
