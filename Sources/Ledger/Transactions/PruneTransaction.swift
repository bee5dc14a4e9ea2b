import CheckoutSession
import GRDB

/// Forgets identities whose last word is older than the retention.
///
/// Rows of `request` stand in the order in which they were first claimed, so the old ones are at the front, and the walk ends at the first
/// that was claimed after the cutoff: no index over decision times is needed, and a step costs what it deletes. (It also passes over the
/// rows that were claimed before the cutoff and decided anew after it, which only a renewal or a replay makes, and over those that it keeps because a
/// session of theirs is outstanding: somebody has to hear how it ended.)
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

  /// How many identities a pruning with this cutoff would forget; nil for version 1. Reads as many rows as it would delete.
  static func count(decidedBefore cutoff: Timestamp, _ db: Database) throws -> Int? {
    guard try RawStatement(db, "SELECT 1 FROM sqlite_schema WHERE name = 'outstanding'").first({ _ in true }) != nil else { return nil }
    var count = 0
    try walk(before: cutoff, db) { _ in
      count += 1
      return true
    }
    return count
  }

  /// How many identities a pruning with this cutoff keeps only because a session of theirs is outstanding. Reads the oldest of these.
  static func kept(decidedBefore cutoff: Timestamp, _ db: Database) throws -> Int {
    // CROSS JOIN keeps SQLite from any other order of the loops: the walk goes by the keys of `outstanding`, which are by age of the claims.
    let select = try RawStatement(
      db,
      """
      SELECT r.id, r.claimed_at, coalesce(d.decided_at, p.claimed_at, r.claimed_at)
      FROM outstanding o CROSS JOIN request r ON r.id = \(GenerationKey.rowSQL("o.id"))
      LEFT JOIN decision d ON d.id = \(GenerationKey.ofRequestSQL)
      LEFT JOIN pending p ON p.id = \(GenerationKey.ofRequestSQL)
      ORDER BY o.id
      """)
    var count = 0
    var last: Int64?
    try select.each { row in
      guard row.integer(1) < cutoff.millisecondsSinceEpoch else { return false }
      if row.integer(2) < cutoff.millisecondsSinceEpoch, row.integer(0) != last { count += 1 }
      last = row.integer(0)
      return true
    }
    return count
  }

  /// The first `limit` rows of ``walk(before:_:_:)``.
  private static func prunable(before cutoff: Timestamp, limit: Int, _ db: Database) throws -> [Int64] {
    var rows: [Int64] = []
    guard limit > 0 else { return rows }
    try walk(before: cutoff, db) { row in
      rows.append(row)
      return rows.count < limit
    }
    return rows
  }

  /// Goes over the rows whose present generation was decided, or else claimed, before the cutoff, and of which no session is outstanding, until
  /// `visit` returns false.
  ///
  /// The newest row is never among them: SQLite gives out the highest id + 1, so ids are not used twice as long as it stands,
  /// and a worker's key cannot come to mean somebody else's request.
  private static func walk(before cutoff: Timestamp, _ db: Database, _ visit: (Int64) -> Bool) throws {
    let select = try RawStatement(
      db,
      """
      SELECT r.id, r.claimed_at, coalesce(d.decided_at, p.claimed_at, r.claimed_at)
      FROM request r LEFT JOIN decision d ON d.id = \(GenerationKey.ofRequestSQL)
      LEFT JOIN pending p ON p.id = \(GenerationKey.ofRequestSQL)
      WHERE r.id < (SELECT max(id) FROM request)
        AND NOT EXISTS (SELECT 1 FROM outstanding o WHERE o.id BETWEEN \(GenerationKey.ofAnyGenerationSQL))
      ORDER BY r.id
      """)
    try select.each { row in
      guard row.integer(1) < cutoff.millisecondsSinceEpoch else { return false }
      return row.integer(2) < cutoff.millisecondsSinceEpoch ? visit(row.integer(0)) : true
    }
  }
}
