import CheckoutSession

/// Retention and space; see ``UpkeepFunction``.
enum PostgresUpkeep {
  /// How many identities a pruning with this cutoff would forget. Reads as many rows as it would delete.
  static func prunable(decidedBefore cutoff: Timestamp, _ session: PostgresSession) throws -> Int {
    let rows = try session.run(
      "SELECT count(*) FROM \(UpkeepFunction.prunableFrom) WHERE \(UpkeepFunction.prunable(before: "$1"))", [.moment(cutoff)])
    return Int(rows.integer(0, 0))
  }

  /// How many identities it keeps only because a session of theirs is outstanding.
  static func kept(decidedBefore cutoff: Timestamp, _ session: PostgresSession) throws -> Int {
    let rows = try session.run(
      """
      SELECT count(*) FROM (SELECT DISTINCT \(GenerationKey.rowSQL("o.id")) AS id FROM outstanding o) AS k JOIN request r ON r.id = k.id
      LEFT JOIN decision d ON d.id = \(GenerationKey.ofRequestSQL) LEFT JOIN pending p ON p.id = \(GenerationKey.ofRequestSQL)
      WHERE r.claimed_at < $1 AND coalesce(d.decided_at, p.claimed_at, r.claimed_at) < $1
      """, [.moment(cutoff)])
    return Int(rows.integer(0, 0))
  }

  /// Bytes of the ledger's tables with their indexes.
  static func bytes(_ session: PostgresSession) throws -> Int64 {
    let rows = try session.run(
      """
      SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = current_schema() AND c.relkind = 'r'
      """)
    return rows.integer(0, 0)
  }

  /// How long a vacuum of one table may take.
  private static let vacuumTimeout: Duration = .seconds(3600)

  /// Makes the room of what was forgotten free for what comes, and gives what is free at a table's end back to the file system. Keeps nobody waiting.
  static func vacuum(_ session: PostgresSession) throws -> LedgerVacuum {
    let before = try bytes(session)
    try session.withStatementTimeout(vacuumTimeout) { session in
      for table in ["request", "decision", "pending", "outstanding", "tally", "poll_count", "quota_member", "replay", "replay_run"] {
        try session.script("VACUUM (ANALYZE) \(table)")
      }
    }
    return LedgerVacuum(bytesBefore: before, bytesAfter: try bytes(session))
  }
}
