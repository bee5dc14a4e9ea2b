import CheckoutSession
import GRDB

/// Forgets replays that are older than their retention: one range of an index, and the few runs that have none left.
enum ReplayPruneTransaction {
  /// Deletes at most `limit` records and runs, and returns how many.
  static func run(claimedBefore cutoff: Timestamp, limit: Int, _ db: Database) throws -> Int {
    guard limit > 0 else { return 0 }
    let records = try RawStatement(
      db,
      """
      DELETE FROM replay WHERE (origin_topic, origin_partition, origin_offset) IN (
        SELECT origin_topic, origin_partition, origin_offset FROM replay WHERE claimed_at < ?1 ORDER BY claimed_at LIMIT ?2)
      """)
    let runs = try RawStatement(
      db,
      """
      DELETE FROM replay_run WHERE id IN (
        SELECT r.id FROM replay_run r WHERE r.started_at < ?1 AND r.alive_until < ?1 AND NOT EXISTS (SELECT 1 FROM replay x WHERE x.run = r.id)
        ORDER BY r.id LIMIT ?2)
      """)
    records.bind(cutoff, at: 1)
    records.bind(Int64(limit), at: 2)
    var count = try records.run()
    if count < limit {
      runs.bind(cutoff, at: 1)
      runs.bind(Int64(limit - count), at: 2)
      count += try runs.run()
    }
    return count
  }

  /// How many records a pruning with this cutoff would forget; nil for a file that knows of none.
  static func count(claimedBefore cutoff: Timestamp, _ db: Database) throws -> Int? {
    guard try ReplayQuery.isKnown(db) else { return nil }
    let select = try RawStatement(db, "SELECT count(*) FROM replay WHERE claimed_at < ?1")
    select.bind(cutoff, at: 1)
    return try select.first { Int($0.integer(0)) }
  }
}
