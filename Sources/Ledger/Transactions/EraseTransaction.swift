import CheckoutSession
import GRDB

/// Erases the URLs of sessions that have run out: one range of the index of rows that still have one. When they end is kept, because the caller's clock may
/// have been wrong: see ``RenewTransaction``.
enum EraseTransaction {
  /// Erases at most `limit` URLs and returns how many.
  static func run(expiredBefore cutoff: Timestamp, limit: Int, _ db: Database) throws -> Int {
    let update = try RawStatement(
      db,
      """
      UPDATE decision SET hosted_url = NULL, url_expires_at = NULL, session_expires_at = url_expires_at WHERE id IN (
        SELECT id FROM decision WHERE url_expires_at < ?1 ORDER BY url_expires_at LIMIT ?2)
      """)
    update.bind(cutoff.millisecondsSinceEpoch, at: 1)
    update.bind(Int64(max(limit, 0)), at: 2)
    return try update.run()
  }
}
