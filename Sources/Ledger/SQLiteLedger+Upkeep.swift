import CheckoutSession
import GRDB

extension SQLiteLedger {
  /// Forgets identities whose present generation was decided (or, if nobody ever decided, claimed) before a moment; at most `limit` of them.
  /// Returns how many: fewer than `limit` means that no more are left. `decidedBefore` must lie further back than any worker can
  /// be at work on a batch, and than any session lives. An identity with an outstanding session is kept. Throws ``LedgerFailure``.
  public func prune(decidedBefore: Timestamp, limit: Int) async throws(LedgerFailure) -> Int {
    try await write(.prune, .process) { db in try PruneTransaction.run(decidedBefore: decidedBefore, limit: limit, db) }
  }

  /// How many identities pruning with this cutoff would forget; nil for a file of version 1 that is only read. Throws ``LedgerFailure``.
  public func prunable(decidedBefore: Timestamp) async throws(LedgerFailure) -> Int? {
    try await read(.prune) { db in try PruneTransaction.count(decidedBefore: decidedBefore, db) }
  }

  /// How many identities pruning with this cutoff keeps only because a session of theirs is outstanding. Throws ``LedgerFailure``.
  public func keptFromPruning(decidedBefore: Timestamp) async throws(LedgerFailure) -> Int {
    try await read(.prune) { db in try PruneTransaction.kept(decidedBefore: decidedBefore, db) }
  }

  /// Erases the URLs of sessions that ran out before a moment; at most `limit` of them. Returns how many: fewer than `limit` means that no
  /// more are left. Throws ``LedgerFailure``.
  ///
  /// Safe from the moment a session has run out: no reply with such a URL is published (`creation.minimumRemainingLifetime`), so
  /// a repeated request, or a decision whose publication a crash prevented, gets a new generation whether the URL is still here or not.
  /// Its decision then reads as `created` without a session.
  public func eraseHostedURLs(expiredBefore: Timestamp, limit: Int) async throws(LedgerFailure) -> Int {
    try await write(.erase, .process) { db in try EraseTransaction.run(expiredBefore: expiredBefore, limit: limit, db) }
  }

  /// Folds the write-ahead log into the file and empties it: an erased URL stands in the log until then. Throws ``LedgerFailure``,
  /// ``LedgerFailure/Code/busy`` if another process reads or writes for longer than the busy time-out.
  public func foldLog() async throws(LedgerFailure) { try await foldLog(waitingFor: settings.busyTimeout) }

  /// The same, with a busy time-out of its own.
  func foldLog(waitingFor busyTimeout: Duration) async throws(LedgerFailure) {
    guard case .file = settings.location else { return }
    let usual = settings.busyTimeout
    try await withWriter(.foldLog) { db in
      // Who only reads a file has nothing to fold, and a closed one must not be touched: GRDB hands SQLite a null pointer then.
      guard !db.configuration.readonly, db.sqliteConnection != nil else { return }
      try db.execute(sql: "PRAGMA busy_timeout = \(busyTimeout.wholeMilliseconds)")
      defer { try? db.execute(sql: "PRAGMA busy_timeout = \(usual.wholeMilliseconds)") }
      try db.checkpoint(.truncate)
    }
  }

  /// Gives the space of what was forgotten back to the file system: writes the file anew, and folds its log into it. Others wait meanwhile,
  /// about a second for each 100 MB if the machine has little else to do; it wants as much room again for as long.
  ///
  /// Throws ``LedgerFailure``, ``LedgerFailure/Code/busy`` if another process holds the file for longer than the busy time-out.
  public func vacuum() async throws(LedgerFailure) -> LedgerVacuum {
    let settings = settings
    return try await withWriter(.vacuum) { db in
      func bytes() throws -> Int64 {
        if case .file(let path) = settings.location { return LedgerFile.bytes(path) }
        return try Int64.fetchOne(db, sql: "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size") ?? 0
      }
      let before = try bytes()
      do {
        try db.execute(sql: "PRAGMA synchronous = \(Durability.disk.rawValue)")
        try db.execute(sql: "VACUUM")
        // The new file stands in the log until here.
        if case .file = settings.location { try db.checkpoint(.truncate) }
      } catch let error as DatabaseError where LedgerFailure.meaning(of: error.extendedResultCode).code == .busy {
        throw LedgerFailure(
          code: .busy,
          message: "another process held the file for longer than \(settings.busyTimeout); vacuum it when nobody works with it",
          isTransient: true)
      }
      return LedgerVacuum(bytesBefore: before, bytesAfter: try bytes())
    }
  }

  /// The ledger in numbers at one moment, without waiting for the writer. The borders of the age buckets are fractions of `sessionLifetime`.
  /// Throws ``LedgerFailure``; cancelling ends the read.
  public func statistics(now: Timestamp, sessionLifetime: Duration) async throws(LedgerFailure) -> LedgerStatistics {
    let fileBytes: Int64? = if case .file(let path) = settings.location { LedgerFile.bytes(path) } else { nil }
    return try await read(.statistics) { db in
      try StatisticsQuery.run(db, now: now, lifetime: sessionLifetime, fileBytes: fileBytes)
    }
  }

  /// The generations that the ledger holds, in the order of their keys; see ``LedgerStore/auditPage(after:limit:)``. Throws ``LedgerFailure``, also for a file of version 1.
  public func auditPage(after key: ClaimKey?, limit: Int) async throws(LedgerFailure) -> [AuditedGeneration] {
    try await read(.audit) { db in try AuditQuery.page(after: key, limit: limit, db) }
  }
}
