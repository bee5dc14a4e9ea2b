import CheckoutSession
import Logging
import Stage

// What people are told: one line for each change of what the gateway does, none for a request.
extension CreationService {
  func report(_ change: DispatchActions.HoldChange) {
    let merchant = configuration.merchants.ids[change.merchantIndex]
    guard let failure = change.failure else {
      logger.notice("the gateway takes the merchant's requests again", metadata: ["merchant_id": "\(merchant)"])
      return
    }
    logger.error(
      "the gateway refuses the merchant's configuration, its requests are held; check its id, credentials and scope",
      metadata: ["merchant_id": "\(merchant)", "code": "\(failure.code.rawValue)", "detail": "\(failure.detail)"])
    guard endsWhenRefused else { return }
    let error = CreationError(
      code: .refused, message: "the gateway refuses merchant \(merchant): \(failure.code.rawValue), \(failure.detail)",
      gatewayFailure: failure)
    spawner.spawn { throw error }
  }

  func report(_ change: DispatchActions.OutageChange) {
    switch change {
    case .began(let holding, let failure):
      let what: Logger.Message =
        switch holding.reason {
        case .gatewayUnreachable: "the gateway cannot be reached, requests wait and nothing is given up for it"
        case .gatewayThrottling: "the gateway answers nothing but 429, requests wait and nothing is given up for it"
        default: "the gateway gives no usable answer, requests wait and nothing is given up for it"
        }
      logger.warning(
        what,
        metadata: [
          "holding_since": "\(holding.since.rfc3339)", "reason": "\(holding.reason)", "code": "\(failure.code.rawValue)",
          "detail": "\(failure.detail)",
        ])
    case .ended(let holding, let lasted):
      logger.notice(
        holding.reason == .gatewayUnreachable ? "the gateway can be reached again" : "the gateway gives usable answers again",
        metadata: Self.metadata(of: holding, lasted: lasted))
    }
  }

  func report(_ change: HoldingBoard.Change) {
    let isLedger = change.holding.part == .ledger
    guard let lasted = change.lasted else {
      logger.warning(
        isLedger
          ? "ledger cannot be used, holding: nothing is sent and nothing is lost"
          : "the broker takes nothing, replies wait and nothing is lost",
        metadata: Self.metadata(of: change.holding, lasted: nil).merging(["detail": "\(change.detail)"]) { $1 })
      return
    }
    logger.notice(
      isLedger ? "the ledger can be used again" : "the broker takes records again",
      metadata: Self.metadata(of: change.holding, lasted: lasted))
  }

  private static func metadata(of holding: Holding, lasted: Duration?) -> Logger.Metadata {
    var metadata: Logger.Metadata = ["holding_since": "\(holding.since.rfc3339)", "reason": "\(holding.reason)"]
    if let lasted { metadata["lasted"] = "\(lasted.wholeMilliseconds) ms" }
    return metadata
  }
}
