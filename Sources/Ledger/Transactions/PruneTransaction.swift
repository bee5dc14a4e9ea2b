import CheckoutSession
import GRDB

/// Forgets identities whose last word is older than the retention.
///
/// Rows of `request` stand in the order in which they were first claimed, so the old ones are at the front, and the walk ends at the first
/// that was claimed after the cutoff: no index over decision times is needed, and a step costs what it deletes. (It also passes over the
/// rows that were claimed before the cutoff and decided anew after it, which only a renewal or a replay makes.)
enum PruneTransaction {
  /// Deletes at most `limit` identities and returns how many.
  static func run(decidedBefore cutoff: Timestamp, limit: Int, _ db: Database) throws -> Int {
    let rows = try prunable(before: cutoff, limit: limit, db)
    var tallies = TallyChanges()
    let request = try RawStatement(db, "DELETE FROM request WHERE id = ?1")
    let pending = try RawStatement(db, "DELETE FROM pending WHERE id BETWEEN ?1 AND ?2")
    let outcomes = try RawStatement(db, "SELECT outcome FROM decision WHERE id BETWEEN ?1 AND ?2")
    let decisions = try RawStatement(db, "DELETE FROM decision WHERE id BETWEEN ?1 AND ?2")
    for row in rows {
      let keys = GenerationKey.keys(ofRow: row)
      for statement in [pending, outcomes, decisions] {
        statement.bind(keys.lowerBound, at: 1)
        statement.bind(keys.upperBound, at: 2)
      }
      try outcomes.each { row in
        if let outcome = LedgerCodes.outcome(row.integer(0)) { tallies.add(-1, to: Tally(outcome)) }
        return true
      }
      try pending.run()
      try decisions.run()
      request.bind(row, at: 1)
      try request.run()
    }
    tallies.add(-Int64(rows.count), to: .identities)
    try tallies.write(db, at: nil)
    return rows.count
  }

  /// Rows whose present generation was decided, or else claimed, before the cutoff.
  ///
  /// The newest row is never among them: SQLite gives out the highest id + 1, so ids are not used twice as long as it stands,
  /// and a worker's key cannot come to mean somebody else's request.
  private static func prunable(before cutoff: Timestamp, limit: Int, _ db: Database) throws -> [Int64] {
    let select = try RawStatement(
      db,
      """
      SELECT r.id, r.claimed_at, coalesce(d.decided_at, p.claimed_at, r.claimed_at)
      FROM request r LEFT JOIN decision d ON d.id = \(GenerationKey.ofRequestSQL)
      LEFT JOIN pending p ON p.id = \(GenerationKey.ofRequestSQL)
      WHERE r.id < (SELECT max(id) FROM request) ORDER BY r.id
      """)
    var rows: [Int64] = []
    guard limit > 0 else { return rows }
    try select.each { row in
      guard row.integer(1) < cutoff.millisecondsSinceEpoch else { return false }
      if row.integer(2) < cutoff.millisecondsSinceEpoch { rows.append(row.integer(0)) }
      return rows.count < limit
    }
    return rows
  }
}
