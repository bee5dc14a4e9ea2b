import CheckoutSession

/// What the reconcile stage needs of the ledger. Each call is one transaction; nothing of it is done when it throws.
public protocol OutstandingLedger: Sendable {
  /// Leases sessions that are due at `now` and that nobody else has leased, until a moment; at most `limit` of them.
  /// Nearest deadline first, but at least half of them sessions that are not long past it, if there are any: silence about old ones must not hide the living.
  func leaseDue(now: Timestamp, until: Timestamp, limit: Int) async throws(LedgerFailure) -> SessionLease

  /// Records what polls changed, in their order; whether each is recorded. One that is not was polled under a lease that has ended since and that
  /// another reconciler has taken over: nothing is to be published for it.
  func recordPolls(_ polls: [PollRecord], under token: SessionLease.Token, at: Timestamp) async throws(LedgerFailure) -> [Bool]

  /// Notes that recorded events are published. Whoever holds the lease, the event is out; but only the holder's session is due at
  /// ``PublishedEvent/nextPollAt``, another's stays leased. After a terminal status the session is not outstanding any more.
  func markPublished(_ events: [PublishedEvent], under token: SessionLease.Token) async throws(LedgerFailure)

  /// Gives sessions back without having polled them: they are due again at `dueAt`, unless the lease has passed to somebody else.
  func release(_ keys: [ClaimKey], under token: SessionLease.Token, dueAt: Timestamp) async throws(LedgerFailure)

  /// The outstanding sessions in numbers.
  func outstandingCounts(now: Timestamp) async throws(LedgerFailure) -> OutstandingCounts

  /// How many outstanding sessions of these merchants are still to be settled, without those of some keys, counted up to `max`: all but those that
  /// are UNRESOLVED and have nothing unpublished.
  func unsettledCount(of merchantIDs: [String], except keys: [ClaimKey], max: Int) async throws(LedgerFailure) -> Int
}
