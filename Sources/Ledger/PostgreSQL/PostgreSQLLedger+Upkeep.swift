import CheckoutSession

extension PostgreSQLLedger {
  /// See ``SQLiteLedger/prune(decidedBefore:limit:)``. What somebody works on at this moment is left for the next time.
  public func prune(decidedBefore: Timestamp, limit: Int) async throws(LedgerFailure) -> Int {
    try await call(.prune) { session in
      Int(try session.run(UpkeepFunction.pruneCall, [.moment(decidedBefore), .integer(Int64(limit))]).integer(0, 0))
    }
  }

  /// How many identities pruning with this cutoff would forget. Throws ``LedgerFailure``.
  public func prunable(decidedBefore: Timestamp) async throws(LedgerFailure) -> Int? {
    try await call(.prune, isRead: true) { session in try PostgresUpkeep.prunable(decidedBefore: decidedBefore, session) }
  }

  /// How many identities pruning keeps only because a session of theirs is outstanding. Throws ``LedgerFailure``.
  public func keptFromPruning(decidedBefore: Timestamp) async throws(LedgerFailure) -> Int {
    try await call(.prune, isRead: true) { session in try PostgresUpkeep.kept(decidedBefore: decidedBefore, session) }
  }

  /// See ``SQLiteLedger/eraseHostedURLs(expiredBefore:limit:)``. What somebody works on at this moment is left for the next time.
  public func eraseHostedURLs(expiredBefore: Timestamp, limit: Int) async throws(LedgerFailure) -> Int {
    try await call(.erase) { session in
      Int(try session.run(UpkeepFunction.eraseCall, [.moment(expiredBefore), .integer(Int64(limit))]).integer(0, 0))
    }
  }

  /// Does nothing: the server's log is its own to keep and to recycle.
  public func foldLog() async throws(LedgerFailure) {}

  /// Makes the room of what was forgotten free for what comes, and gives back what is free at the tables' ends. Others go on meanwhile; an hour at most for each
  /// table. (`VACUUM FULL`, which gives back all of it and keeps everybody waiting, is a person's to decide.)
  public func vacuum() async throws(LedgerFailure) -> LedgerVacuum {
    try await call(.vacuum) { session in try PostgresUpkeep.vacuum(session) }
  }

  /// The ledger in numbers at one moment: one snapshot of the database, which keeps nobody waiting. Throws ``LedgerFailure``.
  public func statistics(now: Timestamp, sessionLifetime: Duration) async throws(LedgerFailure) -> LedgerStatistics {
    try await call(.statistics, isRead: true) { session in try PostgresStatistics.run(now: now, lifetime: sessionLifetime, session) }
  }

  /// Generations in the order of their keys; see ``LedgerStore/auditPage(after:limit:)``. Throws ``LedgerFailure``.
  public func auditPage(after key: ClaimKey?, limit: Int) async throws(LedgerFailure) -> [AuditedGeneration] {
    try await call(.audit, isRead: true) { session in try PostgresReads.auditPage(after: key, limit: limit, session) }
  }
}
