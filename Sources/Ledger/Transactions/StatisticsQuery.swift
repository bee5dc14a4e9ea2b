import CheckoutSession
import GRDB

/// Reads ``LedgerStatistics``: the tallies, the work under way and what is outstanding, so the cost grows with what is alive and not with
/// what is kept.
enum StatisticsQuery {
  /// The statistics at the time `now`, of sessions that live for `lifetime`; all of one moment if `db` is in a transaction.
  static func run(_ db: Database, now: Timestamp, lifetime: Duration, fileBytes: Int64?) throws -> LedgerStatistics {
    let tallies = try TallyAmounts(db)
    let undecided = try backlog(
      db,
      """
      SELECT count(*), min(p.claimed_at), coalesce(sum(p.claims > 1), 0)
      FROM pending p LEFT JOIN decision d ON d.id = p.id WHERE d.id IS NULL
      """)
    let unpublished = try backlog(db, "SELECT count(*), min(d.decided_at), 0 FROM pending p JOIN decision d ON d.id = p.id")
    return LedgerStatistics(
      identities: tallies[.identities],
      decisions: Dictionary(uniqueKeysWithValues: ReplyOutcome.allCases.map { ($0, tallies[Tally($0)]) }),
      undecided: undecided.backlog, inDoubt: undecided.inDoubt, unpublished: unpublished.backlog,
      liveSessions: try liveSessions(db, now: now, lifetime: lifetime), inDoubtClaimsTotal: tallies[.inDoubtClaims],
      publishedTotal: tallies[.published], lastPublishedAt: tallies.changedAt(.published), fileBytes: fileBytes,
      outstanding: try OutstandingQuery.run(db, now: now, lifetime: lifetime, tallies: tallies))
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
  private static func liveSessions(
    _ db: Database, now: Timestamp, lifetime: Duration
  ) throws -> [LedgerStatistics.LiveSessions] {
    let count = try RawStatement(db, "SELECT count(*) FROM decision WHERE url_expires_at > ?1 AND url_expires_at <= ?2")
    let borders = SessionAges.scaled(SessionAges.ofLiving, to: lifetime)
    let born = now + lifetime
    return try zip(borders, borders.dropFirst()).map { from, below in
      count.bind((born - below).millisecondsSinceEpoch, at: 1)
      // The youngest bucket also takes what a clock ahead of ours has created.
      count.bind(from == .zero ? Int64.max : (born - from).millisecondsSinceEpoch, at: 2)
      let sessions = try count.first { Int($0.integer(0)) } ?? 0
      return LedgerStatistics.LiveSessions(ageFrom: from, ageBelow: below, count: sessions)
    }
  }
}
