import CheckoutSession

/// What a plan asks the ledger: which failed requests have been sent again or dropped already.
public protocol ReplayLookup: Sendable {
  /// What is known of these origins, in their order; nil: never claimed.
  func replayRecords(_ origins: [RecordCoordinate]) async throws(LedgerFailure) -> [ReplayRecord?]
}
