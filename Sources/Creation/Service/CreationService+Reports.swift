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

  func report(_ reachability: DispatchActions.Reachability) {
    switch reachability {
    case .lost(let failure):
      logger.warning(
        "the gateway cannot be reached, requests wait and nothing is given up for it",
        metadata: ["code": "\(failure.code.rawValue)", "detail": "\(failure.detail)"])
    case .back: logger.notice("the gateway can be reached again")
    }
  }
}
