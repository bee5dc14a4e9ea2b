import CheckoutSession

/// A merchant whose configuration the gateway refuses (`contract/gateway.md`, "Errors": 401 after a fresh token, 403): its requests are parked,
/// and one of them is tried now and then until it gets through. Nothing is rejected or dead-lettered for it.
struct MerchantHold: Sendable {
  /// What the gateway said last, scrubbed of the data of the customer whose request it was.
  var failure: GatewayFailure
  /// Since when.
  var since: Timestamp
  /// Refusals in a row, for the waits between probes.
  var streak = 1
  /// The slot of the request that is tried; nil if it expired and no other was there: then the next to come is tried.
  var probe: UInt64?
  /// The slots of the others, in order.
  var parked: [UInt64] = []
}
