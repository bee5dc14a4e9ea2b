import CheckoutSession

/// A merchant that is not polled but for one probe now and then, because the gateway refuses its configuration (`contract/gateway.md`, "Errors": 401 after a
/// fresh token, 403) or because there is no token for it. Its sessions go back to the ledger and are due again after the hold's wait.
struct MerchantHold: Sendable {
  /// What was said last.
  var failure: GatewayFailure
  /// Since when.
  var since: Timestamp
  /// Probes in a row that were in vain, and the first refusal, for the waits between probes.
  var streak = 1
  /// From when on the next session that comes is sent as a probe.
  var probeAt: Duration
  /// The slot of the probe that is under way.
  var probe: UInt64?

  /// Whether somebody has to change the configuration; else it is only a token endpoint that is away.
  var isRefusal: Bool { failure.code != .tokenUnavailable }

  /// A run that ends by itself does not wait for this merchant any more: several probes, over some ten seconds, were refused.
  var isGivenUp: Bool { isRefusal && streak > 4 }
}
