import CheckoutSession
import GRDB

/// Reads ``LedgerStatistics``: the tallies, the work under way and an index range, so the cost grows with what is alive and not with what
/// is kept.
enum StatisticsQuery {
  /// Borders of the age buckets, in minutes.
  private static let ageBordersMinutes: [Int64] = [0, 1, 5, 10, 15]

  /// The statistics at the time `now`, all of one moment if `db` is in a transaction.
  static func run(_ db: Database, now: Timestamp, fileBytes: Int64?) throws -> LedgerStatistics {
    var tallies: [Tally: (amount: Int, at: Timestamp?)] = [:]
    try RawStatement(db, "SELECT name, amount, changed_at FROM tally").each { row in
      guard let tally = Tally.allCases.first(where: { $0.name == row.text(0) }) else { return true }
      tallies[tally] = (Int(row.integer(1)), row.optionalInteger(2).map(Timestamp.init(millisecondsSinceEpoch:)))
      return true
    }
    func amount(_ tally: Tally) -> Int { tallies[tally]?.amount ?? 0 }
    let undecided = try backlog(
      db,
      """
      SELECT count(*), min(p.claimed_at), coalesce(sum(p.claims > 1), 0)
      FROM pending p LEFT JOIN decision d ON d.id = p.id WHERE d.id IS NULL
      """)
    let unpublished = try backlog(db, "SELECT count(*), min(d.decided_at), 0 FROM pending p JOIN decision d ON d.id = p.id")
    return LedgerStatistics(
      identities: amount(.identities),
      decisions: Dictionary(uniqueKeysWithValues: ReplyOutcome.allCases.map { ($0, amount(Tally($0))) }),
      undecided: undecided.backlog, inDoubt: undecided.inDoubt, unpublished: unpublished.backlog,
      liveSessions: try liveSessions(db, now: now), inDoubtClaimsTotal: amount(.inDoubtClaims), publishedTotal: amount(.published),
      lastPublishedAt: tallies[.published]?.at, fileBytes: fileBytes)
  }

  private static func backlog(_ db: Database, _ sql: String) throws -> (backlog: LedgerStatistics.Backlog, inDoubt: Int) {
    let result = try RawStatement(db, sql).first { row in
      (
        LedgerStatistics.Backlog(
          count: Int(row.integer(0)), oldest: row.optionalInteger(1).map(Timestamp.init(millisecondsSinceEpoch:))),
        Int(row.integer(2))
      )
    }
    return result ?? (LedgerStatistics.Backlog(count: 0, oldest: nil), 0)
  }

  /// A session of age `a` expires `lifetime - a` from now, which is what the index is sorted by.
  private static func liveSessions(_ db: Database, now: Timestamp) throws -> [LedgerStatistics.LiveSessions] {
    let count = try RawStatement(db, "SELECT count(*) FROM decision WHERE url_expires_at > ?1 AND url_expires_at <= ?2")
    return try zip(ageBordersMinutes, ageBordersMinutes.dropFirst()).map { from, below in
      let bucket = (from: Duration.seconds(from * 60), below: Duration.seconds(below * 60))
      let born = now + CreatedSession.lifetime
      count.bind((born - bucket.below).millisecondsSinceEpoch, at: 1)
      // The youngest bucket also takes what a clock ahead of ours has created.
      count.bind(from == 0 ? Int64.max : (born - bucket.from).millisecondsSinceEpoch, at: 2)
      let sessions = try count.first { Int($0.integer(0)) } ?? 0
      return LedgerStatistics.LiveSessions(ageFrom: bucket.from, ageBelow: bucket.below, count: sessions)
    }
  }
}
