import CheckoutSession
import Logging
import Stage

// What people are told: one line for each change of what the gateway does, none for a session.
extension ReconciliationService {
  func report(_ change: PollActions.HoldChange) {
    let merchant = configuration.merchantIDs[change.merchantIndex]
    guard let failure = change.failure else {
      logger.notice("the gateway speaks about the merchant's sessions again", metadata: ["merchant_id": "\(merchant)"])
      return
    }
    if failure.code == .tokenUnavailable {
      logger.warning("there is no token for the merchant, its sessions wait", metadata: metadata(merchant, failure))
    } else {
      logger.error(
        "the gateway refuses the merchant's configuration, its sessions stay outstanding; check its id, credentials and scope",
        metadata: metadata(merchant, failure))
    }
  }

  func reportRefusal(_ refusal: PollActions.HoldChange) {
    guard let failure = refusal.failure else { return }
    var metadata = metadata(configuration.merchantIDs[refusal.merchantIndex], failure)
    metadata["session_id"] = refusal.sessionID.map { "\($0)" }
    logger.warning("the gateway refuses to speak about a session, which stays outstanding", metadata: metadata)
  }

  func report(_ change: PollActions.OutageChange) {
    switch change {
    case .began(let holding, let failure):
      logger.warning(
        "the gateway cannot be reached, sessions wait and nothing is concluded from it",
        metadata: [
          "holding_since": "\(holding.since.rfc3339)", "reason": "\(holding.reason)", "code": "\(failure.code.rawValue)",
          "detail": "\(failure.detail)",
        ])
    case .ended(let holding, let lasted):
      logger.notice("the gateway can be reached again", metadata: metadata(holding, lasted: lasted))
    }
  }

  func report(_ change: HoldingBoard.Change) {
    let isLedger = change.holding.part == .ledger
    guard let lasted = change.lasted else {
      logger.warning(
        isLedger
          ? "ledger cannot be used, holding: nothing is leased and nothing is lost"
          : "the broker takes nothing, events wait and nothing is lost",
        metadata: metadata(change.holding, lasted: nil).merging(["detail": "\(change.detail)"]) { $1 })
      return
    }
    logger.notice(
      isLedger ? "the ledger can be used again" : "the broker takes records again", metadata: metadata(change.holding, lasted: lasted))
  }

  func report(wallStep step: Duration) {
    logger.warning(
      "the clock of this machine was set; sessions that are older than that are judged by the time that has really passed",
      metadata: ["by": "\(step)"])
  }

  private func metadata(_ merchant: String, _ failure: GatewayFailure) -> Logger.Metadata {
    ["merchant_id": "\(merchant)", "code": "\(failure.code.rawValue)", "detail": "\(failure.detail)"]
  }

  private func metadata(_ holding: Holding, lasted: Duration?) -> Logger.Metadata {
    var metadata: Logger.Metadata = ["holding_since": "\(holding.since.rfc3339)", "reason": "\(holding.reason)"]
    if let lasted { metadata["lasted"] = "\(lasted.wholeMilliseconds) ms" }
    return metadata
  }
}
