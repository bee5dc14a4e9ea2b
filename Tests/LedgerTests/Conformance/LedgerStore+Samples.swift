import CheckoutSession
import Ledger

extension LedgerStore {
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
}
