import CheckoutSession
import Ledger

/// What every ledger can do, whatever it is stored in: the subject of the conformance suite.
protocol ConformingLedger: Sendable {
  func claim(_ claims: [RequestClaim], at: Timestamp) async throws(LedgerFailure) -> [ClaimOutcome]
  func renew(_ keys: [ClaimKey], at: Timestamp) async throws(LedgerFailure) -> [ClaimKey?]
  func record(_ decisions: [(ClaimKey, DecidedReply)]) async throws(LedgerFailure) -> [RecordedDecision]
  func markPublished(_ keys: [ClaimKey], at: Timestamp) async throws(LedgerFailure)
  func prune(decidedBefore: Timestamp, limit: Int) async throws(LedgerFailure) -> Int
  func eraseHostedURLs(expiredBefore: Timestamp, limit: Int) async throws(LedgerFailure) -> Int
  func statistics(now: Timestamp) async throws(LedgerFailure) -> LedgerStatistics
  func close() async
}

extension SQLiteLedger: ConformingLedger {}
