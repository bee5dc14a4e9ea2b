import CheckoutSession

extension GatewayFailure {
  /// The same without what the gateway's words repeat of the customer's data in a request's body: for replies, dead letters, the ledger, logs and errors.
  func scrubbed(ofCustomerIn body: ArraySlice<UInt8>) -> GatewayFailure {
    let scrubber = CustomerDataScrubber(body: body)
    var scrubbed = self
    scrubbed.title = scrubber.scrub(title)
    scrubbed.detail = scrubber.scrub(detail)
    return scrubbed
  }
}
