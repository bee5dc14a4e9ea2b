import CheckoutSession
import Ledger

/// Where the processes that send to the gateway meet to divide its quota.
protocol QuotaLedger: Sendable {
  /// The time of day that they all agree on: grants begin and end by it.
  var clock: WallClock { get }

  /// Grants a process a fraction of the quota until a moment, in place of the one it had; in one transaction, ordered with those of the others.
  ///
  /// `decide` gets the member, and the others whose grants have not ended, and says what the member should have; it runs before the
  /// transaction ends, maybe more than once, and nobody else sees its grant before. Goes ahead in a cancelled task.
  /// - Returns: what was granted, at most what `decide` said; the others; and the end of the latest pause that one who left has left behind, if it is
  ///   not over (that of a member that is still there is in its ``QuotaMember/pausedUntil``).
  /// - Throws: a failure that says nothing of whether the grant was stored.
  func quotaGrant(
    for member: QuotaMember, now: Timestamp, until: Timestamp,
    decide: @escaping @Sendable (_ me: QuotaMember, _ others: [QuotaMember]) -> Double
  ) async throws(LedgerFailure) -> (granted: Double, others: [QuotaMember], pausedUntil: Timestamp?)

  /// Gives a member's fraction back before its grant ends; the member sends nothing any more. Goes ahead in a cancelled task.
  /// - Parameter pausedUntil: the end of the pause that the gateway asked it for, if it is not over: kept for the others, and for those who come.
  func leaveQuota(_ id: Int64, pausedUntil: Timestamp?) async throws(LedgerFailure)
}

extension SQLiteLedger: QuotaLedger {}
