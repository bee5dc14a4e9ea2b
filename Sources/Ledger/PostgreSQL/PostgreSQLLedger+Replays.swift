import CheckoutSession

extension PostgreSQLLedger {
  /// What ``claim(_:at:)`` would say now: the very function, rolled back; see ``ReplayStore/rehearse(_:at:)``. Locks what such a claim would, as long as it
  /// would. Throws ``LedgerFailure``.
  public func rehearse(_ claims: [RequestClaim], at: Timestamp) async throws(LedgerFailure) -> [ClaimOutcome] {
    guard !claims.isEmpty else { return [] }
    try throwIfCancelled()
    return try await call(.rehearse) { session in try PostgresClaims.rehearse(claims, at: at, session) }
  }

  /// Notes that a run begins; see ``ReplayStore/beginReplay(_:)``. Throws ``LedgerFailure``; then none begins, or it is in doubt and ends with its time.
  public func beginReplay(_ run: ReplayRun) async throws(LedgerFailure) -> Int64 {
    try throwIfCancelled()
    return try await call(.beginReplay) { session in try PostgresReplayRuns.begin(run, session) }
  }

  /// Moves the end of a run's claims on; see ``ReplayStore/keepReplay(_:aliveUntil:)``. Throws ``LedgerFailure``; then it stays, or it is in doubt.
  public func keepReplay(_ run: Int64, aliveUntil: Timestamp) async throws(LedgerFailure) -> Bool {
    try await call(.keepReplay) { session in try PostgresReplayRuns.keep(run, aliveUntil: aliveUntil, session) }
  }

  /// Claims dead letters for a run; see ``ReplayStore/claimReplays(_:run:searchFrom:attemptsMax:at:)``. Waits for the disk.
  ///
  /// Throws ``LedgerFailure``; then nothing is claimed, or it is in doubt: claimed again by the same run, it is ``ReplayClaimOutcome/inDoubt(_:)``.
  public func claimReplays(
    _ claims: [ReplayClaim], run: Int64, searchFrom: [Int32: Int64], attemptsMax: Int?, at: Timestamp
  ) async throws(LedgerFailure) -> [ReplayClaimOutcome] {
    try throwIfCancelled()
    try claims.throwIfNotClaimable(ledger: settings.name)
    return try await call(.claimReplays) { session in
      try PostgresReplays.claim(claims, run: run, searchFrom: searchFrom, attemptsMax: attemptsMax, at: at, session)
    }
  }

  /// Notes that the broker has acknowledged records; see ``ReplayStore/recordSent(_:run:at:)``. Throws ``LedgerFailure``; then none is noted, or it is in doubt.
  public func recordSent(_ origins: [RecordCoordinate], run: Int64, at: Timestamp) async throws(LedgerFailure) -> [Bool] {
    guard !origins.isEmpty else { return [] }
    return try await call(.recordSent) { session in try PostgresReplays.send(origins, run: run, at: at, session) }
  }

  /// Gives back what was claimed and not sent; see ``ReplayStore/releaseReplays(_:run:)``. Throws ``LedgerFailure``; then it stays claimed, or it is in doubt.
  public func releaseReplays(_ origins: [RecordCoordinate], run: Int64) async throws(LedgerFailure) {
    guard !origins.isEmpty else { return }
    try await call(.releaseReplays) { session in
      _ = try session.run(ReplayProgressFunction.releaseCall, PostgresReplays.places(origins) + [.integer(run)])
    }
  }

  /// Notes replies; see ``ReplayStore/recordAnswers(_:at:)``. Throws ``LedgerFailure``; then none is noted, or it is in doubt.
  public func recordAnswers(_ answers: [RecordCoordinate: ReplayAnswer], at: Timestamp) async throws(LedgerFailure) {
    guard !answers.isEmpty else { return }
    try await call(.recordAnswers) { session in try PostgresReplays.answer(answers, at: at, session) }
  }

  /// Notes that a run has ended; see ``ReplayStore/endReplay(_:_:)``. Throws ``LedgerFailure``; then it ends by itself, with its time.
  public func endReplay(_ run: Int64, _ ending: ReplayRun.Ending) async throws(LedgerFailure) {
    try await call(.endReplay) { session in try PostgresReplayRuns.end(run, ending, session) }
  }

  /// What is known of some origins; see ``ReplayStore/replayRecords(_:)``. Throws ``LedgerFailure``.
  public func replayRecords(_ origins: [RecordCoordinate]) async throws(LedgerFailure) -> [ReplayRecord?] {
    guard !origins.isEmpty else { return [] }
    return try await call(.readReplays, isRead: true) { session in try PostgresReplayReads.records(origins, session) }
  }

  /// The latest runs; see ``ReplayStore/replayRuns(planHash:limit:)``. Counting reads all records of these runs. Throws ``LedgerFailure``.
  public func replayRuns(planHash: BodyHash?, limit: Int) async throws(LedgerFailure) -> [ReplayRunReport] {
    try await call(.readReplays, isRead: true) { session in try PostgresReplayReads.runs(planHash: planHash, limit: limit, session) }
  }

  /// The records of a run, a page at a time; see ``ReplayStore/replayPage(of:after:limit:)``. Throws ``LedgerFailure``.
  public func replayPage(of run: Int64, after origin: RecordCoordinate?, limit: Int) async throws(LedgerFailure) -> [ReplayRecord] {
    try await call(.readReplays, isRead: true) { session in try PostgresReplayReads.page(of: run, after: origin, limit: limit, session) }
  }

  /// Forgets old records and runs; see ``ReplayStore/pruneReplays(claimedBefore:limit:)``. What somebody works on at this moment is left for the next time.
  public func pruneReplays(claimedBefore: Timestamp, limit: Int) async throws(LedgerFailure) -> Int {
    try await call(.pruneReplays) { session in
      Int(try session.run(ReplayProgressFunction.pruneCall, [.moment(claimedBefore), .integer(Int64(limit))]).integer(0, 0))
    }
  }

  /// How many records pruning would forget. Throws ``LedgerFailure``.
  public func prunableReplays(claimedBefore: Timestamp) async throws(LedgerFailure) -> Int? {
    try await call(.pruneReplays, isRead: true) { session in
      Int(try session.run("SELECT count(*) FROM replay WHERE claimed_at < $1", [.moment(claimedBefore)]).integer(0, 0))
    }
  }
}
