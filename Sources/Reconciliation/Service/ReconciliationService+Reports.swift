import CheckoutSession
import Logging

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

  func report(_ reachability: PollActions.Reachability) {
    switch reachability {
    case .lost(let failure):
      logger.warning(
        "the gateway cannot be reached, sessions wait and nothing is concluded from it",
        metadata: ["code": "\(failure.code.rawValue)", "detail": "\(failure.detail)"])
    case .back: logger.notice("the gateway can be reached again")
    }
  }

  func report(wallStep step: Duration) {
    logger.warning(
      "the clock of this machine was set; sessions that are older than that are judged by the time that has really passed",
      metadata: ["by": "\(step)"])
  }

  private func metadata(_ merchant: String, _ failure: GatewayFailure) -> Logger.Metadata {
    ["merchant_id": "\(merchant)", "code": "\(failure.code.rawValue)", "detail": "\(failure.detail)"]
  }
}
