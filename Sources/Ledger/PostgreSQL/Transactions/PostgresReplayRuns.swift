import CheckoutSession

/// The begin, the life and the end of a run of `replay apply`; see ``ReplayRunTransaction``.
enum PostgresReplayRuns {
  /// Notes that a run begins, and gives its number.
  static func begin(_ run: ReplayRun, _ session: PostgresSession) throws -> Int64 {
    let rows = try session.run(
      """
      INSERT INTO replay_run (plan_hash, user_name, host_name, started_at, lease, alive_until, ended_at, ending)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id
      """,
      [
        .bytes(run.planHash.bytes), .text(PostgresText.stored(run.user)), .text(PostgresText.stored(run.host)), .moment(run.startedAt),
        .integer(max(0, (run.aliveUntil - run.startedAt).wholeMilliseconds)), .moment(run.aliveUntil), .moment(run.ended?.at),
        .integer((run.ended?.end).map(LedgerCodes.code)),
      ])
    guard rows.count == 1 else { throw LedgerFailure.damaged("replay_run: expected the new row") }
    return rows.integer(0, 0)
  }

  /// Moves the end of a run's claims; false if the run is not alive any more.
  static func keep(_ run: Int64, aliveUntil: Timestamp, _ session: PostgresSession) throws -> Bool {
    let rows = try session.run(
      "UPDATE replay_run SET alive_until = greatest(alive_until, $2) WHERE id = $1 AND ended_at IS NULL AND taken_over_by IS NULL",
      [.integer(run), .moment(aliveUntil)])
    return rows.changedCount == 1
  }

  /// Notes that a run has ended; the first end stays.
  static func end(_ run: Int64, _ ending: ReplayRun.Ending, _ session: PostgresSession) throws {
    _ = try session.run(
      "UPDATE replay_run SET ended_at = $2, ending = $3 WHERE id = $1 AND ended_at IS NULL",
      [.integer(run), .moment(ending.at), .integer(LedgerCodes.code(ending.end))])
  }
}
