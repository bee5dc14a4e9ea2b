import CheckoutSession
import GRDB

/// The begin, the life and the end of a run of `replay apply`.
enum ReplayRunTransaction {
  /// Notes that a run begins, and gives its number.
  static func begin(_ run: ReplayRun, _ db: Database) throws -> Int64 {
    let insert = try RawStatement(
      db,
      """
      INSERT INTO replay_run (plan_hash, user_name, host_name, started_at, lease, alive_until, ended_at, ending)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
      """)
    insert.bind(run.planHash.bytes, at: 1)
    insert.bind(run.user, at: 2)
    insert.bind(run.host, at: 3)
    insert.bind(run.startedAt, at: 4)
    insert.bind(max(0, (run.aliveUntil - run.startedAt).wholeMilliseconds), at: 5)
    insert.bind(run.aliveUntil, at: 6)
    insert.bind(run.ended?.at, at: 7)
    insert.bind((run.ended?.end).map(LedgerCodes.code), at: 8)
    try insert.run()
    return db.lastInsertedRowID
  }

  /// Moves the end of a run's claims; false if the run is not alive any more.
  static func keep(_ run: Int64, aliveUntil: Timestamp, _ db: Database) throws -> Bool {
    let update = try RawStatement(
      db, "UPDATE replay_run SET alive_until = max(alive_until, ?2) WHERE id = ?1 AND ended_at IS NULL AND taken_over_by IS NULL")
    update.bind(run, at: 1)
    update.bind(aliveUntil, at: 2)
    return try update.run() == 1
  }

  /// Begins a claim: the run is alive for its lease from now on. Throws ``LedgerFailure/Code/replayRunEnded``.
  static func claim(_ run: Int64, at: Timestamp, _ db: Database) throws {
    let update = try RawStatement(
      db,
      "UPDATE replay_run SET alive_until = max(alive_until, ?2 + lease) WHERE id = ?1 AND ended_at IS NULL AND taken_over_by IS NULL")
    update.bind(run, at: 1)
    update.bind(at, at: 2)
    guard try update.run() == 1 else { throw LedgerFailure.replayRunEnded(run) }
  }

  /// Notes that a run has ended; the first end stays.
  static func end(_ run: Int64, _ ending: ReplayRun.Ending, _ db: Database) throws {
    let update = try RawStatement(db, "UPDATE replay_run SET ended_at = ?2, ending = ?3 WHERE id = ?1 AND ended_at IS NULL")
    update.bind(run, at: 1)
    update.bind(ending.at, at: 2)
    update.bind(LedgerCodes.code(ending.end), at: 3)
    try update.run()
  }
}

extension LedgerFailure {
  /// A claim by a run that is not alive.
  static func replayRunEnded(_ run: Int64) -> LedgerFailure {
    LedgerFailure(
      code: .replayRunEnded, message: "replay run \(run) is not known, has ended, or has been taken over by another one", isTransient: false
    )
  }
}
