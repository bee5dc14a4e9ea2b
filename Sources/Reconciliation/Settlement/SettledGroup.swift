import CheckoutSession

/// What became of a group of settlements.
struct SettledGroup: Sendable {
  /// Sessions that are done with: recorded and, if there was an event, published and marked.
  var settled: [Settlement] = []
  /// Sessions that another reconciler has leased since: nothing is published for them.
  var lost: [ClaimKey] = []
  /// Sessions whose event waits in the ledger for whoever leases them next (``Settlement/isLapsed(at:)``).
  var lapsed: [ClaimKey] = []

  /// How many sessions these are.
  var count: Int { settled.count + lost.count + lapsed.count }
}
