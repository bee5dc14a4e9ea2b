/// What makes two records the same request: merchant and request id (`contract/messages.md`, "Identity").
public struct RequestIdentity: Hashable, Sendable {
  /// The merchant's id at the gateway (`X-Merchant-Id`).
  public var merchantID: String
  /// The request id: `ce_id`, else `request-id`, else `payment.merchantTransactionId`, else `<topic>/<partition>/<offset>`.
  public var requestID: String

  /// Makes an identity.
  public init(merchantID: String, requestID: String) {
    self.merchantID = merchantID
    self.requestID = requestID
  }
}
