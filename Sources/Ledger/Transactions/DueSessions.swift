import CheckoutSession
import GRDB

/// Finds the due sessions that go first.
///
/// Sessions whose gateway says nothing stay due for days, and there may be any number of them. By deadline alone they would go before every session that a
/// shopper is paying in at this moment. So there are two ranges of deadlines. At least half of what is wanted comes from the living, the rest from
/// the overdue; what one range cannot give, the other does.
enum DueSessions {
  /// A session is overdue this long after its deadline, which is late enough for its forced last poll (`reconciliation.grace`, 30 s) to count with the
  /// polls of the living: that poll is what ends most of the sessions that nobody pays in.
  static let overdueAfter: Duration = .seconds(180)
  /// From so many due sessions on it is quicker to walk by deadline than to sort them: a backlog of a million would else be sorted for each batch of it,
  /// under the lock that the create stage waits for.
  static let sortedMax = 20_000
  /// After so many sessions a walk is given up: it has met a crowd that is not due. Then sorting is quicker after all.
  static let walkedMax = 200_000

  /// The due sessions of a range, nearest deadline first: one range of a covering index, of which the sorter keeps no more than the limit.
  static let sortingSQL = """
    SELECT id FROM outstanding INDEXED BY outstanding_due
    WHERE due_at > ?1 AND due_at <= ?2 AND expires_at > ?3 AND expires_at <= ?4 ORDER BY expires_at, id LIMIT ?5
    """
  /// All sessions of a range, nearest deadline first, and whether they are due.
  static let walkingSQL = """
    SELECT id, due_at <= ?1 FROM outstanding INDEXED BY outstanding_deadline
    WHERE expires_at > ?2 AND expires_at <= ?3 ORDER BY expires_at, id
    """
  /// How many are due, counted up to a limit.
  static let countSQL = "SELECT count(*) FROM (SELECT 1 FROM outstanding WHERE due_at > ?1 AND due_at <= ?2 LIMIT ?3)"

  /// The keys of at most `limit` due sessions: first the living, then the overdue, the nearest deadline first among either.
  static func find(now: Timestamp, limit: Int, sortedMax: Int = sortedMax, walkedMax: Int = walkedMax, _ db: Database) throws -> [Int64] {
    guard limit > 0 else { return [] }
    let search = Search(db: db, now: now, sortedMax: sortedMax, walkedMax: walkedMax)
    let border = (now - overdueAfter).millisecondsSinceEpoch
    var living = Range(after: border, upTo: .max)
    let overdue = Range(after: .min, upTo: border)
    let isBacklog = try search.isBacklog(dueAfter: .min)
    // No session is due before it is created, so only what became due in about the last lifetime can be alive: that spares the search what waits since
    // yesterday. (It may miss a session for which the clock was put back since, until the backlog is gone or the session overdue.)
    if isBacklog { living.dueAfter = border - CreatedSession.lifetime.wholeMilliseconds - 1 }
    let isLivingBacklog = try isBacklog && search.isBacklog(dueAfter: living.dueAfter)
    let livingKeys = try search.nearest(in: living, limit: limit, isBacklog: isLivingBacklog)
    let overdueKeys = try search.nearest(in: overdue, limit: limit - min(livingKeys.count, (limit + 1) / 2), isBacklog: isBacklog)
    return livingKeys.prefix(limit - overdueKeys.count) + overdueKeys
  }
}

extension DueSessions {
  /// Sessions that are looked for together.
  private struct Range {
    /// Their deadlines: later than `after`, and not later than `upTo`.
    var after: Int64
    var upTo: Int64
    /// They became due later than this.
    var dueAfter = Int64.min
  }

  /// One search; the ways to go differ in what they cost, not in what they find.
  private struct Search {
    let db: Database
    let now: Timestamp
    let sortedMax: Int
    let walkedMax: Int

    /// Whether more sessions are due than it is wise to sort.
    func isBacklog(dueAfter: Int64) throws -> Bool {
      let count = try RawStatement(db, countSQL)
      count.bind(dueAfter, at: 1)
      count.bind(now, at: 2)
      count.bind(Int64(sortedMax + 1), at: 3)
      return try count.first { $0.integer(0) > sortedMax } ?? false
    }

    /// The due sessions of a range, nearest deadline first.
    func nearest(in range: Range, limit: Int, isBacklog: Bool) throws -> [Int64] {
      guard limit > 0 else { return [] }
      if isBacklog, let keys = try walk(range, limit) { return keys }
      return try sort(range, limit)
    }

    private func sort(_ range: Range, _ limit: Int) throws -> [Int64] {
      let select = try RawStatement(db, sortingSQL)
      select.bind(range.dueAfter, at: 1)
      select.bind(now, at: 2)
      select.bind(range.after, at: 3)
      select.bind(range.upTo, at: 4)
      select.bind(Int64(limit), at: 5)
      var keys: [Int64] = []
      try select.each { row in
        keys.append(row.integer(0))
        return true
      }
      return keys
    }

    /// Nil if the walk was given up.
    private func walk(_ range: Range, _ limit: Int) throws -> [Int64]? {
      let select = try RawStatement(db, walkingSQL)
      select.bind(now, at: 1)
      select.bind(range.after, at: 2)
      select.bind(range.upTo, at: 3)
      var keys: [Int64] = []
      var walked = 0
      try select.each { row in
        walked += 1
        if row.integer(1) != 0 { keys.append(row.integer(0)) }
        return keys.count < limit && walked < walkedMax
      }
      return keys.count < limit && walked == walkedMax ? nil : keys
    }
  }
}
