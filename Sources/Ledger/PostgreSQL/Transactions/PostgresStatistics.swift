import CheckoutSession

/// Reads ``LedgerStatistics``, all of one moment; see ``StatisticsQuery`` and ``OutstandingQuery``.
struct PostgresStatistics {
  private let session: PostgresSession
  private let now: Timestamp
  private let lifetime: Duration

  /// The statistics at the time `now`, of sessions that live for `lifetime`.
  static func run(now: Timestamp, lifetime: Duration, _ session: PostgresSession) throws -> LedgerStatistics {
    try session.transaction { session in
      _ = try session.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
      return try PostgresStatistics(session: session, now: now, lifetime: lifetime).read()
    }
  }

  private func read() throws -> LedgerStatistics {
    let tallies = try PostgresTallies(session)
    let work = try session.run(
      """
      SELECT count(*) FILTER (WHERE d.id IS NULL), min(p.claimed_at) FILTER (WHERE d.id IS NULL),
        count(*) FILTER (WHERE d.id IS NULL AND p.claims > 1), count(d.id), min(d.decided_at)
      FROM pending p LEFT JOIN decision d ON d.id = p.id
      """)
    return LedgerStatistics(
      identities: tallies[.identities],
      decisions: Dictionary(uniqueKeysWithValues: ReplyOutcome.allCases.map { ($0, tallies[Tally($0)]) }),
      undecided: .init(count: Int(work.integer(0, 0)), oldest: work.timestamp(0, 1)), inDoubt: Int(work.integer(0, 2)),
      unpublished: .init(count: Int(work.integer(0, 3)), oldest: work.timestamp(0, 4)), liveSessions: try liveSessions(),
      inDoubtClaimsTotal: tallies[.inDoubtClaims], publishedTotal: tallies[.published], lastPublishedAt: tallies.changedAt(.published),
      fileBytes: try PostgresUpkeep.bytes(session), outstanding: try outstanding(tallies))
  }

  /// A session of age `a` expires `lifetime - a` from now, which is what the index is sorted by. The youngest bucket also takes what a clock ahead of ours
  /// has created.
  private func liveSessions() throws -> [LedgerStatistics.LiveSessions] {
    let borders = SessionAges.scaled(SessionAges.ofLiving, to: lifetime)
    let buckets = Array(zip(borders, borders.dropFirst()))
    let counts = buckets.indices.map { bucket in
      let (younger, older) = ("$\(bucket + 1)", "$\(bucket + 2)")
      return "count(*) FILTER (WHERE url_expires_at > \(older) AND (\(younger) IS NULL OR url_expires_at <= \(younger)))"
    }
    let ends = borders.map { $0 == .zero ? nil : now + lifetime - $0 }
    let rows = try session.run(
      "SELECT \(counts.joined(separator: ", ")) FROM decision WHERE url_expires_at > $\(borders.count)", ends.map(PostgresParameter.moment))
    return buckets.enumerated().map { index, bucket in
      LedgerStatistics.LiveSessions(ageFrom: bucket.0, ageBelow: bucket.1, count: Int(rows.integer(0, index)))
    }
  }

  private func outstanding(_ tallies: PostgresTallies) throws -> OutstandingStatistics {
    let borders = SessionAges.scaled(SessionAges.ofOutstanding, to: lifetime)
    // A session of age `a` expires `lifetime - a` from now; negated the ends ascend, as width_bucket wants them.
    let rows = try session.run(
      Self.walkSQL,
      [
        .moment(now), .moment(now - OutstandingStatistics.longOverdueAfter),
        .integers(borders.map { -(now + (lifetime - $0)).millisecondsSinceEpoch }),
      ])
    var walk = OutstandingWalk(buckets: borders.count)
    for row in 0..<rows.count { try walk.add(rows, row) }
    let ended = SessionStatus.allCases.compactMap { status in Tally(ended: status).map { (status, tallies[$0]) } }
    let oldest = try session.run(
      "SELECT d.created_at FROM outstanding o JOIN decision d ON d.id = o.id ORDER BY o.expires_at, o.id LIMIT 1")
    return OutstandingStatistics(
      byStatus: walk.byStatus,
      byAge: borders.indices.map { index in
        .init(ageFrom: borders[index], ageBelow: index + 1 < borders.count ? borders[index + 1] : nil, count: walk.byAge[index])
      },
      overdue: walk.overdue, longOverdue: walk.longOverdue, oldest: oldest.count == 1 ? oldest.timestamp(0, 0) : nil,
      unpublishedEvents: walk.unpublished, due: walk.due, oldestDue: walk.oldestDue, leased: walk.leased,
      pollsLastMinute: try pollsLastMinute(), pollsTotal: tallies[.polls], publishedEventsTotal: tallies[.publishedEvents],
      endedTotal: Dictionary(uniqueKeysWithValues: ended), quotaMembers: try PostgresQuota.members(session))
  }

  private static let walkSQL = """
    SELECT o.status, greatest(width_bucket(-o.expires_at, $3) - 1, 0), count(*), count(*) FILTER (WHERE o.expires_at <= $1),
      count(*) FILTER (WHERE o.expires_at <= $2 AND o.status <> \(LedgerCodes.code(SessionStatus.unresolved))),
      count(*) FILTER (WHERE o.due_at <= $1), min(o.due_at) FILTER (WHERE o.due_at <= $1),
      count(*) FILTER (WHERE o.due_at > $1 AND o.lease IS NOT NULL), count(o.observed_at), min(o.observed_at)
    FROM outstanding o GROUP BY 1, 2
    """

  private func pollsLastMinute() throws -> Int {
    let second = now.millisecondsSinceEpoch / 1000
    let rows = try session.run(
      "SELECT coalesce(sum(polls), 0)::bigint FROM poll_count WHERE second BETWEEN $1 AND $2", [.integer(second - 59), .integer(second)])
    return Int(rows.integer(0, 0))
  }
}

/// The outstanding sessions, added up from their groups of equal status and age.
private struct OutstandingWalk {
  var byStatus = Dictionary(uniqueKeysWithValues: SessionStatus.allCases.map { ($0, 0) })
  var byAge: [Int]
  var overdue = 0
  var longOverdue = 0
  var due = 0
  var oldestDue: Timestamp?
  var leased = 0
  var unpublished = LedgerStatistics.Backlog(count: 0, oldest: nil)

  init(buckets: Int) { byAge = Array(repeating: 0, count: buckets) }

  mutating func add(_ rows: PostgresRows, _ row: Int) throws(LedgerFailure) {
    guard let status = LedgerCodes.status(rows.integer(row, 0)), byAge.indices.contains(Int(rows.integer(row, 1))) else {
      throw .damaged("outstanding.status: expected a known status, got \(rows.integer(row, 0))")
    }
    let count = Int(rows.integer(row, 2))
    byStatus[status, default: 0] += count
    byAge[Int(rows.integer(row, 1))] += count
    overdue += Int(rows.integer(row, 3))
    longOverdue += Int(rows.integer(row, 4))
    due += Int(rows.integer(row, 5))
    oldestDue = [oldestDue, rows.timestamp(row, 6)].compactMap(\.self).min()
    leased += Int(rows.integer(row, 7))
    unpublished.count += Int(rows.integer(row, 8))
    unpublished.oldest = [unpublished.oldest, rows.timestamp(row, 9)].compactMap(\.self).min()
  }
}
