import CheckoutSession

extension SQLiteLedger {
  /// What ``claim(_:at:)`` would say now; see ``ReplayStore/rehearse(_:at:)``. Holds the file's lock as long as such a claim would, and needs a ledger that may
  /// be written. Throws ``LedgerFailure``.
  public func rehearse(_ claims: [RequestClaim], at: Timestamp) async throws(LedgerFailure) -> [ClaimOutcome] {
    guard !claims.isEmpty else { return [] }
    try throwIfCancelled()
    // The names that the transaction adds go with it: nothing of them is kept at hand.
    let known = knownNames
    return try await withWriter(.rehearse) { db in
      try WriteTransaction.rehearse(db) { db in
        var transaction = try ClaimTransaction(db, at: at, names: known)
        return try transaction.run(claims)
      }
    }
  }

  /// Notes that a run begins; see ``ReplayStore/beginReplay(_:)``. Throws ``LedgerFailure``; then none begins.
  public func beginReplay(_ run: ReplayRun) async throws(LedgerFailure) -> Int64 {
    try throwIfCancelled()
    return try await write(.beginReplay, .process) { db in try ReplayRunTransaction.begin(run, db) }
  }

  /// Moves the end of a run's claims on; see ``ReplayStore/keepReplay(_:aliveUntil:)``. Throws ``LedgerFailure``; then it stays where it is.
  public func keepReplay(_ run: Int64, aliveUntil: Timestamp) async throws(LedgerFailure) -> Bool {
    try await write(.keepReplay, .process) { db in try ReplayRunTransaction.keep(run, aliveUntil: aliveUntil, db) }
  }

  /// Claims dead letters for a run; see ``ReplayStore/claimReplays(_:run:searchFrom:attemptsMax:at:)``. Waits for the disk: what is published next must not be
  /// forgotten in a power cut, and be published again.
  ///
  /// Throws ``LedgerFailure``; then nothing is claimed.
  public func claimReplays(
    _ claims: [ReplayClaim], run: Int64, searchFrom: [Int32: Int64], attemptsMax: Int?, at: Timestamp
  ) async throws(LedgerFailure) -> [ReplayClaimOutcome] {
    try throwIfCancelled()
    try claims.throwIfNotClaimable(ledger: settings.location.name)
    return try await writeNames(.claimReplays, .disk) { db, names in
      var transaction = try ReplayClaimTransaction(
        db, run: run, searchFrom: searchFrom, attemptsMax: attemptsMax, at: at, names: names)
      let outcomes = try transaction.run(claims)
      names = transaction.names
      return outcomes
    }
  }

  /// Notes that the broker has acknowledged records; see ``ReplayStore/recordSent(_:run:at:)``. Waits for the disk. Throws ``LedgerFailure``; then none is noted.
  public func recordSent(_ origins: [RecordCoordinate], run: Int64, at: Timestamp) async throws(LedgerFailure) -> [Bool] {
    guard !origins.isEmpty else { return [] }
    return try await write(.recordSent, .disk) { db in try ReplayProgressTransaction.send(origins, run: run, at: at, db) }
  }

  /// Gives back what was claimed and not sent; see ``ReplayStore/releaseReplays(_:run:)``. Throws ``LedgerFailure``; then it stays claimed.
  public func releaseReplays(_ origins: [RecordCoordinate], run: Int64) async throws(LedgerFailure) {
    guard !origins.isEmpty else { return }
    try await write(.releaseReplays, .process) { db in try ReplayProgressTransaction.release(origins, run: run, db) }
  }

  /// Notes replies; see ``ReplayStore/recordAnswers(_:at:)``. Throws ``LedgerFailure``; then none is noted.
  public func recordAnswers(_ answers: [RecordCoordinate: ReplayAnswer], at: Timestamp) async throws(LedgerFailure) {
    guard !answers.isEmpty else { return }
    try await write(.recordAnswers, .process) { db in try ReplayProgressTransaction.answer(answers, at: at, db) }
  }

  /// Notes that a run has ended; see ``ReplayStore/endReplay(_:_:)``. Throws ``LedgerFailure``; then it ends by itself, with its time.
  public func endReplay(_ run: Int64, _ ending: ReplayRun.Ending) async throws(LedgerFailure) {
    try await write(.endReplay, .process) { db in try ReplayRunTransaction.end(run, ending, db) }
  }

  /// What is known of some origins, without waiting for the writer; nothing in a file of an older version that is only read. Throws ``LedgerFailure``.
  public func replayRecords(_ origins: [RecordCoordinate]) async throws(LedgerFailure) -> [ReplayRecord?] {
    guard !origins.isEmpty else { return [] }
    return try await read(.readReplays) { db in try ReplayQuery.records(origins, db) }
  }

  /// The latest runs; see ``ReplayStore/replayRuns(planHash:limit:)``. Counting reads all records of these runs. Throws ``LedgerFailure``.
  public func replayRuns(planHash: BodyHash?, limit: Int) async throws(LedgerFailure) -> [ReplayRunReport] {
    try await read(.readReplays) { db in try ReplayQuery.runs(planHash: planHash, limit: limit, db) }
  }

  /// The records of a run, a page at a time; see ``ReplayStore/replayPage(of:after:limit:)``. Throws ``LedgerFailure``.
  public func replayPage(of run: Int64, after origin: RecordCoordinate?, limit: Int) async throws(LedgerFailure) -> [ReplayRecord] {
    try await read(.readReplays) { db in try ReplayQuery.page(of: run, after: origin, limit: limit, db) }
  }

  /// Forgets old records and runs; see ``ReplayStore/pruneReplays(claimedBefore:limit:)``. Throws ``LedgerFailure``; then none is forgotten.
  public func pruneReplays(claimedBefore: Timestamp, limit: Int) async throws(LedgerFailure) -> Int {
    try await write(.pruneReplays, .process) { db in try ReplayPruneTransaction.run(claimedBefore: claimedBefore, limit: limit, db) }
  }

  /// How many records pruning would forget; nil for a file of an older version that is only read. Throws ``LedgerFailure``.
  public func prunableReplays(claimedBefore: Timestamp) async throws(LedgerFailure) -> Int? {
    try await read(.pruneReplays) { db in try ReplayPruneTransaction.count(claimedBefore: claimedBefore, db) }
  }
}

extension [ReplayClaim] {
  /// Throws ``LedgerFailure/Code/unexpected`` for a claim of ``ReplayAction/skip``: there is nothing to claim then.
  func throwIfNotClaimable(ledger: String) throws(LedgerFailure) {
    guard let claim = first(where: { $0.action == .skip }) else { return }
    throw LedgerFailure(
      code: .unexpected,
      message: "ledger \(ledger): replay of \(claim.origin): expected an action to claim for, got \(claim.action.rawValue)",
      isTransient: false)
  }
}
