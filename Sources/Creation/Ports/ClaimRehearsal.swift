import CheckoutSession

/// What a rehearsal needs of the ledger.
public protocol ClaimRehearsal: Sendable {
  /// What ``RequestLedger/claim(_:at:)`` would say now, without any effect; an outcome for each, in order. The second claim of an identity in one call sees what
  /// the first one would have done.
  func rehearse(_ claims: [RequestClaim], at: Timestamp) async throws(LedgerFailure) -> [ClaimOutcome]
}
