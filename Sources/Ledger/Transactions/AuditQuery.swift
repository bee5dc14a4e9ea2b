import CheckoutSession
import GRDB

/// Reads the generations of the ledger in the order of their keys, a page at a time.
///
/// A generation stands in `decision` once it is decided and in `pending` until its reply is published, so each stands in one of them at least. Both are ordered
/// by the key: a page costs what it holds, wherever it begins.
enum AuditQuery {
  private static let selectSQL = """
    SELECT k.id, m.name, r.request_id, r.generation, t.name, r.source_partition, r.source_offset, r.claimed_at,
      d.outcome, d.session_id, d.decided_at, p.id IS NULL, d.ended_status, o.id IS NOT NULL
    FROM (
      SELECT id FROM (SELECT id FROM decision WHERE id > ?1 ORDER BY id LIMIT ?2)
      UNION SELECT id FROM (SELECT id FROM pending WHERE id > ?1 ORDER BY id LIMIT ?2)
      ORDER BY id LIMIT ?2
    ) k
    JOIN request r ON r.id = \(GenerationKey.rowSQL("k.id")) JOIN merchant m ON m.id = r.merchant JOIN topic t ON t.id = r.source_topic
    LEFT JOIN decision d ON d.id = k.id LEFT JOIN pending p ON p.id = k.id LEFT JOIN outstanding o ON o.id = k.id
    ORDER BY k.id
    """

  /// At most `limit` generations after a key.
  static func page(after key: ClaimKey?, limit: Int, _ db: Database) throws -> [AuditedGeneration] {
    guard limit > 0 else { return [] }
    let select = try RawStatement(db, selectSQL)
    select.bind(key.map(GenerationKey.key) ?? .min, at: 1)
    select.bind(Int64(limit), at: 2)
    var page: [AuditedGeneration] = []
    try select.each { row in
      page.append(try read(row))
      return true
    }
    return page
  }

  private static func read(_ row: RawRow) throws -> AuditedGeneration {
    let key = GenerationKey.claim(row.integer(0))
    let source = RecordCoordinate(topic: row.text(4) ?? "", partition: Int32(truncatingIfNeeded: row.integer(5)), offset: row.integer(6))
    return AuditedGeneration(
      key: key, identity: RequestIdentity(merchantID: row.text(1) ?? "", requestID: row.text(2) ?? ""),
      isPresent: row.integer(3) == Int64(key.generation), source: source, claimedAt: Timestamp(millisecondsSinceEpoch: row.integer(7)),
      outcome: row.optionalInteger(8).flatMap(LedgerCodes.outcome), sessionID: row.isNull(9) ? nil : try SessionIDStorage.read(row, 9),
      decidedAt: row.optionalInteger(10).map(Timestamp.init(millisecondsSinceEpoch:)), isPublished: row.integer(11) != 0,
      ended: row.optionalInteger(12).flatMap(LedgerCodes.status), isOutstanding: row.integer(13) != 0)
  }
}
