import CheckoutSession
import GRDB

/// Leases due sessions, and gives leased ones back.
///
/// A lease is two columns: `lease` names it, and `due_at` is its end. So "due" and "nobody else's" are one question, and who is killed gives
/// its sessions back by doing nothing. Write transactions come one after the other, so no two leases have a session in common.
enum LeaseTransaction {
  /// Ends leases that lie too far ahead, the furthest first. The token stays: the holder's late record is as good as after any other lease's end.
  static let endStrayLeasesSQL = """
    UPDATE outstanding SET due_at = ?1 WHERE id IN (
      SELECT id FROM outstanding INDEXED BY outstanding_leased WHERE lease IS NOT NULL AND due_at > ?2 ORDER BY due_at DESC LIMIT ?3)
    """

  /// Leases at most `limit` sessions under `token` and reads all there is to know about them.
  static func run(now: Timestamp, until: Timestamp, limit: Int, token: SessionLease.Token, _ db: Database) throws -> SessionLease {
    try endStrayLeases(now: now, until: until, limit: limit, db)
    let keys = try DueSessions.find(now: now, limit: limit, db)
    let select = try RawStatement(db, OutstandingColumns.selectSQL)
    let lease = try RawStatement(db, "UPDATE outstanding SET due_at = ?2, lease = ?3 WHERE id = ?1")
    lease.bind(until, at: 2)
    lease.bind(token.rawValue, at: 3)
    var sessions: [OutstandingSession] = []
    sessions.reserveCapacity(keys.count)
    for key in keys {
      select.bind(key, at: 1)
      guard let session = try select.first(OutstandingColumns.read) else {
        throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "outstanding: a session without its request or decision")
      }
      sessions.append(session)
      lease.bind(key, at: 1)
      try lease.run()
    }
    return SessionLease(token: token, until: until, sessions: sessions)
  }

  /// Makes due what is leased for longer than twice the length of a lease of now: at most `limit` sessions.
  ///
  /// Nobody has got so long a lease, so the clock was put back since. The holder may be gone, and the session would else be nobody's until that moment
  /// comes again. If it is not gone, and the step was that long, the session is polled by two for once, of which one finds its token replaced.
  private static func endStrayLeases(now: Timestamp, until: Timestamp, limit: Int, _ db: Database) throws {
    guard limit > 0, until > now else { return }
    let end = try RawStatement(db, endStrayLeasesSQL)
    end.bind(now, at: 1)
    end.bind(until + (until - now), at: 2)
    end.bind(Int64(limit), at: 3)
    try end.run()
  }

  /// Makes leased sessions due at a moment; one that is leased under another token by now, or not at all, is left as it is.
  static func release(_ keys: [ClaimKey], under token: SessionLease.Token, dueAt: Timestamp, _ db: Database) throws {
    let release = try RawStatement(db, "UPDATE outstanding SET due_at = ?2, lease = NULL WHERE id = ?1 AND lease = ?3")
    release.bind(dueAt, at: 2)
    release.bind(token.rawValue, at: 3)
    for key in keys {
      release.bind(GenerationKey.key(key), at: 1)
      try release.run()
    }
  }
}
