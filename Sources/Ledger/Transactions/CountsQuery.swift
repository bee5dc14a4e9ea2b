import CheckoutSession
import GRDB

/// Counts what is outstanding without reading all of it.
enum CountsQuery {
  /// Up to how many due sessions are counted. Nobody acts otherwise on two million than on one, and this is asked every few seconds.
  static let dueMax = 100_001

  /// The sessions that are due, counted up to a limit.
  static let dueSQL = "SELECT count(*) FROM (SELECT 1 FROM outstanding WHERE due_at <= ?1 LIMIT ?2)"
  /// When the next one is due.
  static let nextSQL = "SELECT min(due_at) FROM outstanding"
  /// Those that a person must look at.
  static let unresolvedSQL = "SELECT count(*) FROM outstanding WHERE status = \(LedgerCodes.code(SessionStatus.unresolved))"

  /// The counts at the time `now`: a tally, the range of the index that is due up to `dueMax`, and the index's first entry.
  static func run(_ db: Database, now: Timestamp, dueMax: Int = dueMax) throws -> OutstandingCounts {
    let tally = try RawStatement(db, "SELECT amount FROM tally WHERE name = '\(Tally.outstanding.name)'")
    let due = try RawStatement(db, dueSQL)
    due.bind(now, at: 1)
    due.bind(Int64(dueMax), at: 2)
    return OutstandingCounts(
      outstanding: try tally.first { Int($0.integer(0)) } ?? 0, due: try due.first { Int($0.integer(0)) } ?? 0,
      unresolved: try unresolved(db),
      nextDueAt: try RawStatement(db, nextSQL).first { $0.optionalInteger(0) }?.map(Timestamp.init(millisecondsSinceEpoch:)))
  }

  /// How many sessions of some merchants are to be settled, counted up to `limit`: all but the unresolved ones that have been told. Ends where the
  /// limit is reached, so it is quick unless nearly all are unresolved, or of other merchants.
  static func unsettled(of merchantIDs: [String], except keys: [ClaimKey], limit: Int, _ db: Database) throws -> Int {
    guard limit > 0 else { return 0 }
    let wanted = Set(merchantIDs)
    let excepted = Set(keys.map(GenerationKey.key))
    var merchants: Set<Int64> = []
    try RawStatement(db, "SELECT id, name FROM merchant").each { row in
      if let name = row.text(1), wanted.contains(name) { merchants.insert(row.integer(0)) }
      return true
    }
    // CROSS JOIN: the loop over `request` must be the inner one.
    let select = try RawStatement(
      db,
      """
      SELECT r.merchant, o.id FROM outstanding o CROSS JOIN request r ON r.id = \(GenerationKey.rowSQL("o.id"))
      WHERE o.status <> \(LedgerCodes.code(SessionStatus.unresolved)) OR o.observed_at IS NOT NULL
      """)
    var count = 0
    try select.each { row in
      if merchants.contains(row.integer(0)), !excepted.contains(row.integer(1)) { count += 1 }
      return count < limit
    }
    return count
  }

  private static func unresolved(_ db: Database) throws -> Int { try RawStatement(db, unresolvedSQL).first { Int($0.integer(0)) } ?? 0 }
}
