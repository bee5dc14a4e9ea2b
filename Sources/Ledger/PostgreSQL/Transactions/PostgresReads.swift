import CheckoutSession

/// What is read without changing anything, in one statement each.
enum PostgresReads {
  /// The outstanding sessions in numbers.
  static func counts(now: Timestamp, _ session: PostgresSession) throws -> OutstandingCounts {
    let rows = try session.run(LeaseFunction.countsCall, [.moment(now)])
    guard rows.count == 1 else { throw LedgerFailure.damaged("outstanding_counts: expected one row") }
    return OutstandingCounts(
      outstanding: Int(rows.integer(0, 0)), due: Int(rows.integer(0, 1)), unresolved: Int(rows.integer(0, 2)),
      nextDueAt: rows.timestamp(0, 3))
  }

  /// How many sessions of some merchants are to be settled, counted up to `max`.
  static func unsettled(of merchantIDs: [String], except keys: [ClaimKey], max: Int, _ session: PostgresSession) throws -> Int {
    let rows = try session.run(
      """
      SELECT count(*) FROM (
        SELECT 1 FROM outstanding o JOIN request r ON r.id = \(GenerationKey.rowSQL("o.id")) JOIN merchant m ON m.id = r.merchant
        WHERE (o.status <> \(LedgerCodes.code(SessionStatus.unresolved)) OR o.observed_at IS NOT NULL)
          AND m.name = ANY ($1) AND NOT o.id = ANY ($2) LIMIT $3) AS unsettled
      """, [.texts(merchantIDs.map(PostgresText.stored)), .keys(keys), .integer(Int64(Swift.max(max, 0)))])
    return Int(rows.integer(0, 0))
  }

  /// At most `limit` generations after a key; see ``AuditQuery``.
  static func auditPage(after key: ClaimKey?, limit: Int, _ session: PostgresSession) throws -> [AuditedGeneration] {
    guard limit > 0 else { return [] }
    let rows = try session.run(auditSQL, [.integer(key.map(GenerationKey.key) ?? .min), .integer(Int64(limit))])
    return try (0..<rows.count).map { row in
      let key = GenerationKey.claim(rows.integer(row, 0))
      let source = RecordCoordinate(
        topic: rows.text(row, 4) ?? "", partition: Int32(truncatingIfNeeded: rows.integer(row, 5)), offset: rows.integer(row, 6))
      return AuditedGeneration(
        key: key, identity: RequestIdentity(merchantID: rows.foreignText(row, 1) ?? "", requestID: rows.foreignText(row, 2) ?? ""),
        isPresent: rows.integer(row, 3) == Int64(key.generation), source: source,
        claimedAt: Timestamp(millisecondsSinceEpoch: rows.integer(row, 7)),
        outcome: rows.optionalInteger(row, 8).flatMap(LedgerCodes.outcome),
        sessionID: rows.isNull(row, 9) ? nil : try PostgresDecisionColumns.sessionID(rows, row, 9), decidedAt: rows.timestamp(row, 10),
        isPublished: rows.bool(row, 11), ended: rows.optionalInteger(row, 12).flatMap(LedgerCodes.status), isOutstanding: rows.bool(row, 13)
      )
    }
  }

  private static let auditSQL = """
    SELECT k.id, m.name, r.request_id, r.generation, t.name, r.source_partition, r.source_offset, r.claimed_at,
      d.outcome, coalesce(d.session_text, d.session_id::text), d.decided_at, p.id IS NULL, d.ended_status, o.id IS NOT NULL
    FROM (
      (SELECT id FROM decision WHERE id > $1 ORDER BY id LIMIT $2) UNION (SELECT id FROM pending WHERE id > $1 ORDER BY id LIMIT $2)
      ORDER BY id LIMIT $2
    ) AS k
    JOIN request r ON r.id = \(GenerationKey.rowSQL("k.id")) JOIN merchant m ON m.id = r.merchant JOIN topic t ON t.id = r.source_topic
    LEFT JOIN decision d ON d.id = k.id LEFT JOIN pending p ON p.id = k.id LEFT JOIN outstanding o ON o.id = k.id
    ORDER BY k.id
    """
}
