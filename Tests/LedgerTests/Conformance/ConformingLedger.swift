import CheckoutSession
import Ledger

/// What every ledger can do, whatever it is stored in: the subject of the conformance suite.
protocol ConformingLedger: Sendable {
  func claim(_ claims: [RequestClaim], at: Timestamp) async throws(LedgerFailure) -> [ClaimOutcome]
  func renew(_ renewals: [GenerationRenewal], at: Timestamp) async throws(LedgerFailure) -> [ClaimKey?]
  func record(_ decisions: [NewDecision]) async throws(LedgerFailure) -> [RecordedDecision]
  func markPublished(_ keys: [ClaimKey], at: Timestamp) async throws(LedgerFailure)
  func leaseDue(now: Timestamp, until: Timestamp, limit: Int) async throws(LedgerFailure) -> SessionLease
  func recordPolls(_ polls: [PollRecord], under token: SessionLease.Token, at: Timestamp) async throws(LedgerFailure) -> [Bool]
  func markPublished(_ events: [PublishedEvent], under token: SessionLease.Token) async throws(LedgerFailure)
  func release(_ keys: [ClaimKey], under token: SessionLease.Token, dueAt: Timestamp) async throws(LedgerFailure)
  func outstandingCounts(now: Timestamp) async throws(LedgerFailure) -> OutstandingCounts
  func unsettledCount(of merchantIDs: [String], except keys: [ClaimKey], max: Int) async throws(LedgerFailure) -> Int
  func quotaGrant(
    for member: QuotaMember, now: Timestamp, until: Timestamp,
    decide: @escaping @Sendable (_ me: QuotaMember, _ others: [QuotaMember]) -> Double
  ) async throws(LedgerFailure) -> (granted: Double, others: [QuotaMember], pausedUntil: Timestamp?)
  func leaveQuota(_ id: Int64, pausedUntil: Timestamp?) async throws(LedgerFailure)
  func prune(decidedBefore: Timestamp, limit: Int) async throws(LedgerFailure) -> Int
  func keptFromPruning(decidedBefore: Timestamp) async throws(LedgerFailure) -> Int
  func eraseHostedURLs(expiredBefore: Timestamp, limit: Int) async throws(LedgerFailure) -> Int
  func vacuum() async throws(LedgerFailure) -> LedgerVacuum
  func statistics(now: Timestamp, sessionLifetime: Duration) async throws(LedgerFailure) -> LedgerStatistics
  func close() async
}

extension SQLiteLedger: ConformingLedger {}

extension ConformingLedger {
  /// Decisions whose sessions nobody watches.
  func record(_ decisions: [(ClaimKey, DecidedReply)]) async throws(LedgerFailure) -> [RecordedDecision] {
    try await record(decisions.map { NewDecision(key: $0.0, reply: $0.1) })
  }

  /// Renewals of sessions whose URL may be out.
  func renew(_ keys: [ClaimKey], at: Timestamp) async throws(LedgerFailure) -> [ClaimKey?] {
    try await renew(keys.map { GenerationRenewal(key: $0, mayBePublished: true) }, at: at)
  }

  /// Gives a fraction back, without a pause.
  func leaveQuota(_ id: Int64) async throws(LedgerFailure) { try await leaveQuota(id, pausedUntil: nil) }

  /// Statistics of sessions that live as long as real ones.
  func statistics(now: Timestamp) async throws(LedgerFailure) -> LedgerStatistics {
    try await statistics(now: now, sessionLifetime: CreatedSession.lifetime)
  }
}
