import CheckoutSession
import GRDB

/// Grants a process its fraction of the gateway's quota.
///
/// Write transactions come one after the other, and each grant is cut to what the unexpired grants of the others leave. So they never add up to more
/// than 1, whatever `decide` says and whoever crashes: a dead process's grant is missed until it ends, and not a moment longer.
enum QuotaTransaction {
  /// How far beyond a new grant's end another's may lie. None gets so long a one: the clock was put back, and the grant would stand in
  /// everybody's way until that moment comes again.
  private static let clockStepMin: Duration = .seconds(60)

  /// Grants are multiples of 1 / steps, a power of two: such numbers add up without rounding, in whatever order. It is done here, whatever the
  /// caller's division rounds to, because here is where the sum is guarded: with sums that are off by a bit in the last place, two processes could be told
  /// that a hair more than everything is theirs.
  private static let steps = 0x1p30

  /// The longest pause that is believed: a clock that was put back must not stop everybody for a day.
  private static let pauseMax: Duration = .seconds(600)

  /// The caller's new grant, the others' that stand, and until when nobody may send.
  static func run(
    for member: QuotaMember, now: Timestamp, until: Timestamp, decide: (_ me: QuotaMember, _ others: [QuotaMember]) -> Double,
    _ db: Database
  ) throws -> (granted: Double, others: [QuotaMember], pausedUntil: Timestamp?) {
    let forget = try RawStatement(db, "DELETE FROM quota_member WHERE granted_until <= ?1 OR granted_until > ?2")
    forget.bind(now, at: 1)
    forget.bind(until + clockStepMin, at: 2)
    try forget.run()
    let others = try members(db).filter { $0.id != member.id }
    let room = 1 - others.reduce(0) { $0 + $1.granted }
    let wanted = decide(member, others)
    // The comparison is false for what is not a number, which is granted nothing.
    let granted = wanted > 0 ? max(0, (min(wanted, room) * steps).rounded(.down) / steps) : 0
    let store = try RawStatement(
      db,
      """
      INSERT OR REPLACE INTO quota_member (id, lane, demand, granted, granted_until, paused_until, weight) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
      """)
    store.bind(member.id, at: 1)
    store.bind(LedgerCodes.code(member.lane), at: 2)
    store.bind(member.demand.isFinite ? member.demand : 0, at: 3)
    store.bind(granted, at: 4)
    store.bind(until, at: 5)
    store.bind(member.pausedUntil, at: 6)
    store.bind(member.weight.isFinite ? member.weight : 0, at: 7)
    try store.run()
    try prolongPause(until: member.pausedUntil, db)
    return (granted, others, try pause(now: now, db))
  }

  /// Every member that stands in the ledger, by id.
  static func members(_ db: Database) throws -> [QuotaMember] {
    // A file of version 2 that is only read has no weights: everybody shared evenly.
    let weight = try db.columns(in: "quota_member").contains { $0.name == "weight" } ? "weight" : "1.0"
    let select = try RawStatement(
      db, "SELECT id, lane, demand, granted, granted_until, paused_until, \(weight) FROM quota_member ORDER BY id")
    var members: [QuotaMember] = []
    try select.each { row in
      guard let lane = LedgerCodes.lane(row.integer(1)) else {
        throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "quota_member.lane: expected a known lane, got \(row.integer(1))")
      }
      members.append(
        QuotaMember(
          id: row.integer(0), lane: lane, weight: row.double(6), demand: row.double(2), granted: row.double(3),
          grantedUntil: Timestamp(millisecondsSinceEpoch: row.integer(4)),
          pausedUntil: row.optionalInteger(5).map(Timestamp.init(millisecondsSinceEpoch:))))
      return true
    }
    return members
  }

  /// Forgets a member, so that its fraction is free at once. The pause that it was told to make stands.
  static func leave(_ id: Int64, pausedUntil: Timestamp?, _ db: Database) throws {
    let leave = try RawStatement(db, "DELETE FROM quota_member WHERE id = ?1")
    leave.bind(id, at: 1)
    try leave.run()
    try prolongPause(until: pausedUntil, db)
  }

  /// The later of two pauses is the one that the gateway asks for.
  private static func prolongPause(until pausedUntil: Timestamp?, _ db: Database) throws {
    guard let pausedUntil else { return }
    let prolong = try RawStatement(
      db,
      """
      INSERT INTO quota_pause (id, paused_until) VALUES (1, ?1)
      ON CONFLICT (id) DO UPDATE SET paused_until = max(paused_until, excluded.paused_until)
      """)
    prolong.bind(pausedUntil, at: 1)
    try prolong.run()
  }

  /// The pause that stands. One that is over is forgotten; one that is too long is cut, and stored so: cut anew at each look, it would never end.
  private static func pause(now: Timestamp, _ db: Database) throws -> Timestamp? {
    let latest = now + pauseMax
    let stored = try RawStatement(db, "SELECT paused_until FROM quota_pause").first { Timestamp(millisecondsSinceEpoch: $0.integer(0)) }
    guard let stored else { return nil }
    if stored <= now {
      try RawStatement(db, "DELETE FROM quota_pause").run()
      return nil
    }
    guard stored > latest else { return stored }
    let cut = try RawStatement(db, "UPDATE quota_pause SET paused_until = ?1")
    cut.bind(latest, at: 1)
    try cut.run()
    return latest
  }
}
