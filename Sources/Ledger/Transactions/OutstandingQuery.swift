import CheckoutSession
import GRDB

/// Reads ``OutstandingStatistics``: one walk over the outstanding sessions, and the tallies.
///
/// The walk grows with what is outstanding, under half a second at a million. An index or a tally for each number would
/// cost every poll something; this costs only who asks, and keeps no writer waiting.
struct OutstandingQuery {
  private let now: Int64
  private let borders: [Duration]
  private var byStatus: [Int]
  private var byAge: [Int]
  private var overdue = 0
  private var longOverdue = 0
  private var due = 0
  private var oldestDue: Int64?
  private var leased = 0
  private var unpublished = LedgerStatistics.Backlog(count: 0, oldest: nil)
  /// Deadline and key of the oldest session.
  private var oldest: (expiresAt: Int64, key: Int64)?

  private init(now: Timestamp, lifetime: Duration) {
    self.now = now.millisecondsSinceEpoch
    borders = SessionAges.scaled(SessionAges.ofOutstanding, to: lifetime)
    byStatus = Array(repeating: 0, count: SessionStatus.allCases.count)
    byAge = Array(repeating: 0, count: borders.count)
  }

  /// The statistics at the time `now`, of sessions that live for `lifetime`; nil for a ledger of version 1, which does not know what is outstanding.
  static func run(_ db: Database, now: Timestamp, lifetime: Duration, tallies: TallyAmounts) throws -> OutstandingStatistics? {
    guard try RawStatement(db, "SELECT 1 FROM sqlite_schema WHERE name = 'outstanding'").first({ _ in true }) != nil else { return nil }
    var query = OutstandingQuery(now: now, lifetime: lifetime)
    try query.walk(db, lifetime: lifetime)
    let ended = SessionStatus.allCases.compactMap { status in Tally(ended: status).map { (status, tallies[$0]) } }
    return OutstandingStatistics(
      byStatus: Dictionary(uniqueKeysWithValues: SessionStatus.allCases.map { ($0, query.byStatus[Int(LedgerCodes.code($0))]) }),
      byAge: query.ages, overdue: query.overdue, longOverdue: query.longOverdue, oldest: try query.createdAt(db),
      unpublishedEvents: query.unpublished,
      due: query.due, oldestDue: query.oldestDue.map(Timestamp.init(millisecondsSinceEpoch:)), leased: query.leased,
      pollsLastMinute: try PollBuckets.lastMinute(db, now: now), pollsTotal: tallies[.polls],
      publishedEventsTotal: tallies[.publishedEvents], endedTotal: Dictionary(uniqueKeysWithValues: ended),
      quotaMembers: try QuotaTransaction.members(db))
  }

  private mutating func walk(_ db: Database, lifetime: Duration) throws {
    let longOverdueBefore = now - OutstandingStatistics.longOverdueAfter.wholeMilliseconds
    let unresolved = Int(LedgerCodes.code(SessionStatus.unresolved))
    // A session of age `a` expires `lifetime - a` from now.
    let ends = borders.map { now + (lifetime - $0).wholeMilliseconds }
    try RawStatement(db, "SELECT id, due_at, expires_at, status, observed_at, lease IS NOT NULL FROM outstanding").each { row in
      let expiresAt = row.integer(2)
      let status = Int(row.integer(3))
      guard byStatus.indices.contains(status) else {
        throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "outstanding.status: expected a known status, got \(status)")
      }
      byStatus[status] += 1
      // The youngest bucket also takes what a clock ahead of ours has created.
      byAge[ends.lastIndex { expiresAt <= $0 } ?? 0] += 1
      if expiresAt <= now { overdue += 1 }
      if expiresAt <= longOverdueBefore, status != unresolved { longOverdue += 1 }
      if expiresAt < oldest?.expiresAt ?? .max { oldest = (expiresAt, row.integer(0)) }
      let dueAt = row.integer(1)
      if dueAt <= now {
        due += 1
        oldestDue = min(oldestDue ?? dueAt, dueAt)
      } else if row.integer(5) != 0 {
        leased += 1
      }
      if let observedAt = row.optionalInteger(4).map(Timestamp.init(millisecondsSinceEpoch:)) {
        unpublished.count += 1
        unpublished.oldest = min(unpublished.oldest ?? observedAt, observedAt)
      }
      return true
    }
  }

  private var ages: [OutstandingStatistics.Age] {
    borders.indices.map { index in
      OutstandingStatistics.Age(
        ageFrom: borders[index], ageBelow: index + 1 < borders.count ? borders[index + 1] : nil, count: byAge[index])
    }
  }

  private func createdAt(_ db: Database) throws -> Timestamp? {
    guard let oldest else { return nil }
    let select = try RawStatement(db, "SELECT created_at FROM decision WHERE id = ?1")
    select.bind(oldest.key, at: 1)
    return try select.first { Timestamp(millisecondsSinceEpoch: $0.integer(0)) }
  }
}
