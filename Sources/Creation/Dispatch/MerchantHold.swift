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
  /// Probes in a row that left and were neither refused nor taken, since the last request came.
  var vagueProbes = 0

  /// Whether each request that is there has been the probe and has met something else than a refusal: then it may be the requests that are at fault by now,
  /// and only another one can tell.
  var wantsAnother: Bool { vagueProbes > parked.count }
}
