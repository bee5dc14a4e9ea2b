import CheckoutSession
import GRDB

/// Leases the due sessions whose deadline is nearest, and gives leased ones back.
///
/// A lease is two columns: `lease` names it, and `due_at` is its end. So "due" and "nobody else's" are one question, and who is killed gives
/// its sessions back by doing nothing. Write transactions come one after the other, so no two leases have a session in common.
enum LeaseTransaction {
  /// The due sessions, nearest deadline first: one range of `outstanding_due`, of which the sorter keeps no more than the limit.
  static let sortingSQL = "SELECT id FROM outstanding INDEXED BY outstanding_due WHERE due_at <= ?1 ORDER BY expires_at, id LIMIT ?2"
  /// The same by a walk from the nearest deadline on, over those that are not due.
  static let walkingSQL = "SELECT id FROM outstanding INDEXED BY outstanding_deadline WHERE due_at <= ?1 ORDER BY expires_at, id LIMIT ?2"
  /// How many are due, counted up to a limit.
  static let countSQL = "SELECT count(*) FROM (SELECT 1 FROM outstanding WHERE due_at <= ?1 LIMIT ?2)"
  /// From so many due sessions on it is quicker to walk than to sort them: a backlog of a million would else be sorted for each batch of it, under the
  /// lock that the create stage waits for.
  static let sortedMax = 20_000

  /// Leases at most `limit` sessions under `token` and reads all there is to know about them.
  static func run(now: Timestamp, until: Timestamp, limit: Int, token: SessionLease.Token, _ db: Database) throws -> SessionLease {
    let keys = try due(now: now, limit: limit, db)
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

  /// The keys of the due sessions, nearest deadline first; at most `limit` of them.
  static func due(now: Timestamp, limit: Int, sortedMax: Int = sortedMax, _ db: Database) throws -> [Int64] {
    let count = try RawStatement(db, countSQL)
    count.bind(now, at: 1)
    count.bind(Int64(sortedMax + 1), at: 2)
    let isBacklog = try count.first { $0.integer(0) > sortedMax } ?? false
    let due = try RawStatement(db, isBacklog ? walkingSQL : sortingSQL)
    due.bind(now, at: 1)
    due.bind(Int64(max(limit, 0)), at: 2)
    var keys: [Int64] = []
    try due.each { row in
      keys.append(row.integer(0))
      return true
    }
    return keys
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
