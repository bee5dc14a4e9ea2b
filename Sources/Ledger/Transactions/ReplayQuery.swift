import CheckoutSession
import GRDB

/// Reads what is known of replays. A file of an older version, which is only read, knows of none.
enum ReplayQuery {
  /// Whether the file has the tables.
  static func isKnown(_ db: Database) throws -> Bool { try db.tableExists("replay") }

  /// The records of some origins, in their order.
  static func records(_ origins: [RecordCoordinate], _ db: Database) throws -> [ReplayRecord?] {
    guard try isKnown(db) else { return origins.map { _ in nil } }
    let select = try RawStatement(
      db,
      """
      SELECT \(ReplayColumns.select) FROM \(ReplayColumns.from)
      WHERE x.origin_topic = ?1 AND x.origin_partition = ?2 AND x.origin_offset = ?3
      """)
    var places = ReplayPlaces(db)
    return try origins.map { origin in try places.bind(origin, to: select) ? try select.first(ReplayRow.read) : nil }
  }

  /// The latest runs, newest first.
  static func runs(planHash: BodyHash?, limit: Int, _ db: Database) throws -> [ReplayRunReport] {
    guard limit > 0, try isKnown(db) else { return [] }
    let condition = planHash == nil ? "" : "WHERE r.plan_hash = ?2"
    let select = try RawStatement(db, "SELECT \(ReplayColumns.selectRun) FROM replay_run r \(condition) ORDER BY r.id DESC LIMIT ?1")
    select.bind(Int64(limit), at: 1)
    if let planHash { select.bind(planHash.bytes, at: 2) }
    var reports: [ReplayRunReport] = []
    try select.each { row in
      reports.append(try report(row))
      return true
    }
    for index in reports.indices { try count(&reports[index], db) }
    return reports
  }

  /// At most `limit` records of a run, in the order of topic, partition and offset: one range of an index for each topic, of which there are few.
  static func page(of run: Int64, after origin: RecordCoordinate?, limit: Int, _ db: Database) throws -> [ReplayRecord] {
    guard limit > 0, try isKnown(db) else { return [] }
    let topics = try RawStatement(
      db,
      """
      SELECT t.id, t.name FROM topic t
      WHERE t.name >= ?2 AND EXISTS (SELECT 1 FROM replay x WHERE x.run = ?1 AND x.origin_topic = t.id) ORDER BY t.name
      """)
    topics.bind(run, at: 1)
    topics.bind(origin?.topic ?? "", at: 2)
    var found: [(id: Int64, name: String)] = []
    try topics.each { row in
      found.append((row.integer(0), row.text(1) ?? ""))
      return true
    }
    let select = try RawStatement(
      db,
      """
      SELECT \(ReplayColumns.select) FROM \(ReplayColumns.from)
      WHERE x.run = ?1 AND x.origin_topic = ?2 AND (x.origin_partition, x.origin_offset) > (?3, ?4)
      ORDER BY x.origin_partition, x.origin_offset LIMIT ?5
      """)
    select.bind(run, at: 1)
    var page: [ReplayRecord] = []
    for topic in found where page.count < limit {
      let start = origin.flatMap { $0.topic == topic.name ? $0 : nil }
      select.bind(topic.id, at: 2)
      select.bind(start.map { Int64($0.partition) } ?? .min, at: 3)
      select.bind(start?.offset ?? .min, at: 4)
      select.bind(Int64(limit - page.count), at: 5)
      try select.each { row in
        page.append(try ReplayRow.read(row))
        return true
      }
    }
    return page
  }

  private static func report(_ row: RawRow) throws -> ReplayRunReport {
    guard let planHash = row.bytes(1).flatMap(BodyHash.init) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "replay_run.plan_hash: expected 32 bytes")
    }
    let ended = row.optionalInteger(6).flatMap { at in
      LedgerCodes.replayEnd(row.integer(7)).map { ReplayRun.Ending(at: Timestamp(millisecondsSinceEpoch: at), end: $0) }
    }
    let run = ReplayRun(
      planHash: planHash, user: row.text(2) ?? "", host: row.text(3) ?? "", startedAt: Timestamp(millisecondsSinceEpoch: row.integer(4)),
      aliveUntil: Timestamp(millisecondsSinceEpoch: row.integer(5)), ended: ended)
    return ReplayRunReport(number: row.integer(0), run: run, takenOverBy: row.optionalInteger(8))
  }

  private static func count(_ report: inout ReplayRunReport, _ db: Database) throws {
    let select = try RawStatement(db, "SELECT state, answer_outcome, count(*) FROM replay WHERE run = ?1 GROUP BY 1, 2")
    select.bind(report.number, at: 1)
    try select.each { row in
      let count = Int(row.integer(2))
      if let state = LedgerCodes.replayState(row.integer(0)) { report.states[state, default: 0] += count }
      if let outcome = row.optionalInteger(1).flatMap(LedgerCodes.outcome) { report.outcomes[outcome, default: 0] += count }
      return true
    }
  }
}
