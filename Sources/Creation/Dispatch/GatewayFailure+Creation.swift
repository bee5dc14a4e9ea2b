import CheckoutSession

extension GatewayFailure {
  /// Whether the request surely never left, so that no POST was sent and nothing is known of the gateway: there was no connection, no token, or no room.
  var neverLeft: Bool { [.connectFailed, .tokenUnavailable, .tokenLate, .overloaded].contains(code) }

  /// Whether the gateway was reached: it answered, or the request was lost after it had left. A cancelled call says neither.
  var reachedGateway: Bool { !neverLeft && code != .canceled }

  /// The same without what the gateway's words repeat of the customer's data in a request's body: for replies, dead letters, the ledger, logs and errors.
  func scrubbed(ofCustomerIn body: ArraySlice<UInt8>) -> GatewayFailure {
    let scrubber = CustomerDataScrubber(body: body)
    var scrubbed = self
    scrubbed.title = scrubber.scrub(title)
    scrubbed.detail = scrubber.scrub(detail)
    return scrubbed
  }
}

extension GatewayFailure.Code {
  /// More calls wait in this process than may.
  static let overloaded = GatewayFailure.Code(rawValue: "OVERLOADED")
}
