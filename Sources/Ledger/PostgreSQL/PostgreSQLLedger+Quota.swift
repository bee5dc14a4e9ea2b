import CheckoutSession

extension PostgreSQLLedger {
  /// See ``SQLiteLedger/quotaGrant(for:now:until:decide:)``. `decide` may be called twice: a connection that turns out to be broken is replaced.
  public func quotaGrant(
    for member: QuotaMember, now: Timestamp, until: Timestamp,
    decide: @escaping @Sendable (_ me: QuotaMember, _ others: [QuotaMember]) -> Double
  ) async throws(LedgerFailure) -> (granted: Double, others: [QuotaMember], pausedUntil: Timestamp?) {
    try await call(.quota) { session in try PostgresQuota.grant(for: member, now: now, until: until, decide: decide, session) }
  }

  /// Gives a fraction back; see ``SQLiteLedger/leaveQuota(_:pausedUntil:)``. Throws ``LedgerFailure``; then it ends by itself.
  public func leaveQuota(_ id: Int64, pausedUntil: Timestamp?) async throws(LedgerFailure) {
    try await call(.quota) { session in try PostgresQuota.leave(id, pausedUntil: pausedUntil, session) }
  }
}
