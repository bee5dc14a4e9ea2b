import CheckoutSession

extension SQLiteLedger {
  /// Grants a process a fraction of the gateway's quota until a moment, in place of the one it had.
  ///
  /// `decide` gets the member as it stands here and the others whose grants have not ended, and says what the member should have. It gets
  /// that much, or as much as the others leave: the grants never add up to more than 1. `until` must lie about equally far ahead for everybody. Throws
  /// ``LedgerFailure``; then the member keeps the grant that it has, until its end.
  /// - Parameter decide: runs in the write transaction, so it must be quick and must not call the ledger.
  /// - Returns: what is granted, the others, and the end of the latest pause that any member has named, this one or one that has left since
  ///   (``QuotaMember/pausedUntil``, `Retry-After`); nil once it is over. It lies at most 10 minutes ahead, whatever was named.
  public func quotaGrant(
    for member: QuotaMember, now: Timestamp, until: Timestamp,
    decide: @escaping @Sendable (_ me: QuotaMember, _ others: [QuotaMember]) -> Double
  ) async throws(LedgerFailure) -> (granted: Double, others: [QuotaMember], pausedUntil: Timestamp?) {
    try await write(.quota, .process) { db in try QuotaTransaction.run(for: member, now: now, until: until, decide: decide, db) }
  }

  /// Gives a member's fraction back before its grant ends; the member must send nothing any more. Throws ``LedgerFailure``; then it ends by itself.
  /// - Parameter pausedUntil: until when the gateway has asked the member to wait, for the others to hear of it; nil if it has not.
  public func leaveQuota(_ id: Int64, pausedUntil: Timestamp?) async throws(LedgerFailure) {
    try await write(.quota, .process) { db in try QuotaTransaction.leave(id, pausedUntil: pausedUntil, db) }
  }
}
