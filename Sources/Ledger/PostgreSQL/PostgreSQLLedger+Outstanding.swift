import CheckoutSession

extension PostgreSQLLedger {
  /// Leases due sessions that nobody else has or is leasing; see ``SQLiteLedger/leaseDue(now:until:limit:)``. Throws ``LedgerFailure``.
  public func leaseDue(now: Timestamp, until: Timestamp, limit: Int) async throws(LedgerFailure) -> SessionLease {
    try throwIfCancelled()
    let token = SessionLease.Token(rawValue: .random(in: .min ... .max))
    return try await call(.lease) { session in
      try PostgresLeases.run(now: now, until: until, limit: limit, token: token, session)
    }
  }

  /// Records what polls changed; see ``SQLiteLedger/recordPolls(_:under:at:)``. Throws ``LedgerFailure``; then none is recorded, or it is in doubt.
  public func recordPolls(_ polls: [PollRecord], under token: SessionLease.Token, at: Timestamp) async throws(LedgerFailure) -> [Bool] {
    guard !polls.isEmpty else { return [] }
    return try await call(.recordPolls) { session in try PostgresPolls.run(polls, under: token, at: at, session) }
  }

  /// Notes that events are published; see ``SQLiteLedger/markPublished(_:under:)``. Throws ``LedgerFailure``; then none is marked, or it is in doubt.
  public func markPublished(_ events: [PublishedEvent], under token: SessionLease.Token) async throws(LedgerFailure) {
    guard !events.isEmpty else { return }
    try await call(.publishEvents) { session in try PostgresPolls.publish(events, under: token, session) }
  }

  /// Gives sessions back; see ``SQLiteLedger/release(_:under:dueAt:)``. Throws ``LedgerFailure``; then they stay leased, or it is in doubt.
  public func release(_ keys: [ClaimKey], under token: SessionLease.Token, dueAt: Timestamp) async throws(LedgerFailure) {
    guard !keys.isEmpty else { return }
    try await call(.release) { session in
      _ = try session.run(LeaseFunction.releaseCall, [.keys(keys), .integer(token.rawValue), .moment(dueAt)])
    }
  }

  /// The outstanding sessions in numbers; see ``SQLiteLedger/outstandingCounts(now:)``. Throws ``LedgerFailure``.
  public func outstandingCounts(now: Timestamp) async throws(LedgerFailure) -> OutstandingCounts {
    try await call(.outstandingCounts, isRead: true) { session in try PostgresReads.counts(now: now, session) }
  }

  /// What is still to be settled; see ``SQLiteLedger/unsettledCount(of:except:max:)``. Throws ``LedgerFailure``.
  public func unsettledCount(of merchantIDs: [String], except keys: [ClaimKey], max: Int) async throws(LedgerFailure) -> Int {
    try await call(.outstandingCounts, isRead: true) { session in
      try PostgresReads.unsettled(of: merchantIDs, except: keys, max: max, session)
    }
  }
}
