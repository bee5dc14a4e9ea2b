import CheckoutSession

extension SQLiteLedger {
  /// Leases sessions that are due at `now` and that nobody else has leased, until a moment; at most `limit` of them.
  ///
  /// At least half of them are sessions whose deadline has not passed for 3 minutes, the others are overdue by more; if either are too few, the others
  /// take their place. The living stand first, and among either the nearest deadline does.
  ///
  /// What is leased for more than twice as long as this lease is due as well: the clock was put back. So all processes' leases must be about equally
  /// long. The cost grows with what is due, not with what is outstanding. Throws ``LedgerFailure``; then nothing is leased.
  public func leaseDue(now: Timestamp, until: Timestamp, limit: Int) async throws(LedgerFailure) -> SessionLease {
    try throwIfCancelled()
    let token = SessionLease.Token(rawValue: .random(in: .min ... .max))
    return try await write(.lease, .process) { db in
      try LeaseTransaction.run(now: now, until: until, limit: limit, token: token, db)
    }
  }

  /// Records what polls changed, in their order; whether each is recorded. One that is not was polled under a lease that has passed to somebody
  /// else, or its session has an unpublished event: nothing is to be published for it.
  ///
  /// A terminal status erases the session's URL. An event waits for the disk: it is published next, and must not be recorded anew with another time after a
  /// power cut. Throws ``LedgerFailure``; then none is recorded.
  public func recordPolls(_ polls: [PollRecord], under token: SessionLease.Token, at: Timestamp) async throws(LedgerFailure) -> [Bool] {
    guard !polls.isEmpty else { return [] }
    let durability: Durability = polls.contains(where: \.isEvent) ? .disk : .process
    return try await write(.recordPolls, durability) { db in try PollTransaction.run(polls, under: token, at: at, db) }
  }

  /// Notes that recorded events are published and acknowledged. Whoever holds the lease, the event is out; but only the holder's session is due at
  /// ``PublishedEvent/nextPollAt``, another's stays leased. After a terminal status the session is not outstanding any more.
  ///
  /// Throws ``LedgerFailure``; then none is marked.
  public func markPublished(_ events: [PublishedEvent], under token: SessionLease.Token) async throws(LedgerFailure) {
    guard !events.isEmpty else { return }
    try await write(.publishEvents, .process) { db in try PublishEventsTransaction.run(events, under: token, db) }
  }

  /// Gives sessions back without having polled them: they are due again at `dueAt`, unless the lease has passed to somebody else.
  ///
  /// Throws ``LedgerFailure``; then they stay leased.
  public func release(_ keys: [ClaimKey], under token: SessionLease.Token, dueAt: Timestamp) async throws(LedgerFailure) {
    guard !keys.isEmpty else { return }
    try await write(.release, .process) { db in try LeaseTransaction.release(keys, under: token, dueAt: dueAt, db) }
  }

  /// The outstanding sessions in numbers, without waiting for the writer. What is due is counted up to 100,001, so that a backlog of days does not cost
  /// more than any other: more than 100,000 is a lower bound. Throws ``LedgerFailure``.
  public func outstandingCounts(now: Timestamp) async throws(LedgerFailure) -> OutstandingCounts {
    try await read(.outstandingCounts) { db in try CountsQuery.run(db, now: now) }
  }

  /// How many outstanding sessions of these merchants are still to be settled, without those of some keys, counted up to `max`: all but those that are UNRESOLVED and have
  /// nothing unpublished. Throws ``LedgerFailure``.
  public func unsettledCount(of merchantIDs: [String], except keys: [ClaimKey], max: Int) async throws(LedgerFailure) -> Int {
    try await read(.outstandingCounts) { db in try CountsQuery.unsettled(of: merchantIDs, except: keys, limit: max, db) }
  }
}
