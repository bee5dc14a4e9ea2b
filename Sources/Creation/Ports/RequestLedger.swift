import CheckoutSession

/// What the create stage needs of the ledger (`design/architecture.md`, "Order of writes"). Each call is one transaction.
public protocol RequestLedger: Sendable {
  /// Claims requests; an outcome for each, in order. The second claim of an identity in one call sees what the first one did.
  func claim(_ claims: [RequestClaim], at: Timestamp) async throws(LedgerFailure) -> [ClaimOutcome]

  /// Begins a new generation for decided identities whose URL is dead or was never published; nil where the generation is no longer the key's.
  func renew(_ renewals: [GenerationRenewal], at: Timestamp) async throws(LedgerFailure) -> [ClaimKey?]

  /// Records decisions, each only while its generation is undecided; a result for each, in order.
  func record(_ decisions: [NewDecision]) async throws(LedgerFailure) -> [RecordedDecision]

  /// Notes that the replies of these generations are published.
  func markPublished(_ keys: [ClaimKey], at: Timestamp) async throws(LedgerFailure)
}
