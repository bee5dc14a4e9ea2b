import CheckoutSession
import GRDB

/// The exceptions, in the scratch file: there may be as many as there are records.
struct FindingStore {
  private let db: Database

  init(_ db: Database) { self.db = db }

  /// Keeps a finding and counts it.
  func insert(_ finding: AuditFinding, _ totals: inout AuditTotals) throws {
    totals.findings[finding.code, default: 0] += 1
    let insert = try ScratchStatement(db, "INSERT INTO finding VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)")
    insert.bind(Int64(finding.code.invariant.rawValue), at: 1)
    insert.bind(finding.code.rawValue, at: 2)
    insert.bind(finding.place.topic, at: 3)
    insert.bind(Int64(finding.place.partition), at: 4)
    insert.bind(finding.place.offset, at: 5)
    insert.bind(finding.other?.topic, at: 6)
    insert.bind(finding.other.map { Int64($0.partition) }, at: 7)
    insert.bind(finding.other?.offset, at: 8)
    insert.bind(finding.identity?.merchantID, at: 9)
    insert.bind(finding.identity?.requestID, at: 10)
    insert.bind(finding.sessionID, at: 11)
    try insert.run()
  }

  /// Sorts them for ``page(after:limit:)``: by guarantee, then by place.
  func sort() throws {
    try db.execute(sql: "CREATE INDEX finding_order ON finding (invariant, code, topic, partition, \"offset\")")
  }

  /// Some of them in order, from the `skip`-th on.
  func page(of code: AuditFinding.Code, skip: Int, limit: Int) throws -> [AuditFinding] {
    let select = try ScratchStatement(
      db,
      """
      SELECT topic, partition, "offset", other_topic, other_partition, other_offset, merchant, request_id, session FROM finding
      WHERE invariant = ?1 AND code = ?2 ORDER BY topic, partition, "offset" LIMIT ?3 OFFSET ?4
      """)
    select.bind(Int64(code.invariant.rawValue), at: 1)
    select.bind(code.rawValue, at: 2)
    select.bind(Int64(limit), at: 3)
    select.bind(Int64(skip), at: 4)
    var page: [AuditFinding] = []
    try select.each { row in
      let other = row.text(3).map { Self.coordinate($0, row.integer(4), row.integer(5)) }
      let identity = row.text(7).map { RequestIdentity(merchantID: row.text(6) ?? "", requestID: $0) }
      page.append(
        AuditFinding(
          code: code, place: Self.coordinate(row.text(0) ?? "", row.integer(1), row.integer(2)), other: other, identity: identity,
          sessionID: row.text(8)))
    }
    return page
  }

  private static func coordinate(_ topic: String, _ partition: Int64, _ offset: Int64) -> RecordCoordinate {
    RecordCoordinate(topic: topic, partition: Int32(truncatingIfNeeded: partition), offset: offset)
  }
}
