import CheckoutSession

/// Grants a process its fraction of the gateway's quota; see ``QuotaTransaction`` for the rules.
///
/// The lock of the one row of `quota_pause` is what orders the processes: whoever holds it reads the others' grants, decides and stores its own before the next
/// one reads. It is held for four short statements, once a second and process. Grants wait for the disk: one that the server forgot in a crash would be given
/// to another, while its holder still sends.
enum PostgresQuota {
  /// How far beyond a new grant's end another's may lie: further, and the clock was put back.
  private static let clockStepMin: Duration = .seconds(60)
  /// Grants are multiples of 1 / steps, a power of two, which add up without rounding.
  private static let steps = 0x1p30
  /// The longest pause that is believed.
  private static let pauseMax: Duration = .seconds(600)

  /// The caller's new grant, the others' that stand, and until when nobody may send.
  static func grant(
    for member: QuotaMember, now: Timestamp, until: Timestamp, decide: (_ me: QuotaMember, _ others: [QuotaMember]) -> Double,
    _ session: PostgresSession
  ) throws -> (granted: Double, others: [QuotaMember], pausedUntil: Timestamp?) {
    try session.transaction { session in
      let stored = try lock(session)
      _ = try session.run(
        "DELETE FROM quota_member WHERE granted_until <= $1 OR granted_until > $2", [.moment(now), .moment(until + clockStepMin)])
      let others = try members(session).filter { $0.id != member.id }
      let room = 1 - others.reduce(0) { $0 + $1.granted }
      let wanted = decide(member, others)
      // The comparison is false for what is not a number, which is granted nothing.
      let granted = wanted > 0 ? max(0, (min(wanted, room) * steps).rounded(.down) / steps) : 0
      let pause = pause([stored, member.pausedUntil].compactMap(\.self).max(), now: now)
      _ = try session.run(
        """
        WITH paused AS (UPDATE quota_pause SET paused_until = $8)
        INSERT INTO quota_member AS q (id, lane, weight, demand, granted, granted_until, paused_until) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (id) DO UPDATE SET lane = excluded.lane, weight = excluded.weight, demand = excluded.demand, granted = excluded.granted,
          granted_until = excluded.granted_until, paused_until = excluded.paused_until
        """,
        [
          .integer(member.id), .integer(LedgerCodes.code(member.lane)), .double(finite(member.weight)), .double(finite(member.demand)),
          .double(granted), .moment(until), .moment(member.pausedUntil), .moment(pause),
        ])
      return (granted, others, pause)
    }
  }

  /// Forgets a member, so that its fraction is free at once. The pause that it was told to make stands.
  static func leave(_ id: Int64, pausedUntil: Timestamp?, _ session: PostgresSession) throws {
    try session.transaction { session in
      _ = try lock(session)
      _ = try session.run(
        "WITH paused AS (UPDATE quota_pause SET paused_until = greatest(paused_until, $2)) DELETE FROM quota_member WHERE id = $1",
        [.integer(id), .moment(pausedUntil)])
    }
  }

  /// Every member that stands in the ledger, by id.
  static func members(_ session: PostgresSession) throws -> [QuotaMember] {
    let rows = try session.run(
      "SELECT id, lane, weight, demand, granted, granted_until, paused_until FROM quota_member ORDER BY id")
    return try (0..<rows.count).map { row in
      guard let lane = LedgerCodes.lane(rows.integer(row, 1)) else {
        throw LedgerFailure.damaged("quota_member.lane: expected a known lane, got \(rows.integer(row, 1))")
      }
      return QuotaMember(
        id: rows.integer(row, 0), lane: lane, weight: rows.double(row, 2), demand: rows.double(row, 3), granted: rows.double(row, 4),
        grantedUntil: Timestamp(millisecondsSinceEpoch: rows.integer(row, 5)), pausedUntil: rows.timestamp(row, 6))
    }
  }

  /// Waits for its turn, and reads the pause that stands.
  private static func lock(_ session: PostgresSession) throws -> Timestamp? {
    let rows = try session.run("SELECT paused_until FROM quota_pause WHERE id = 1 FOR UPDATE")
    guard rows.count == 1 else { throw LedgerFailure.damaged("quota_pause: expected its one row") }
    return rows.timestamp(0, 0)
  }

  /// The pause that stands: none that is over, and none that is too long, which is stored as it is cut: cut anew at each look it would never end.
  private static func pause(_ latest: Timestamp?, now: Timestamp) -> Timestamp? {
    latest.flatMap { $0 > now ? min($0, now + pauseMax) : nil }
  }

  private static func finite(_ value: Double) -> Double { value.isFinite ? value : 0 }
}
