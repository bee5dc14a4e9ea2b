import CheckoutSession

/// Leases due sessions, and reads all there is to know about them; see ``LeaseFunction``.
enum PostgresLeases {
  /// Leases at most `limit` sessions under `token`.
  static func run(
    now: Timestamp, until: Timestamp, limit: Int, token: SessionLease.Token, _ session: PostgresSession
  ) throws -> SessionLease {
    let rows = try session.run(
      LeaseFunction.call, [.moment(now), .moment(until), .integer(Int64(max(limit, 0))), .integer(token.rawValue)])
    return SessionLease(token: token, until: until, sessions: try (0..<rows.count).map { try read(rows, $0) })
  }

  private static func read(_ rows: PostgresRows, _ row: Int) throws(LedgerFailure) -> OutstandingSession {
    guard let mode = LedgerCodes.mode(rows.integer(row, 4)), let status = LedgerCodes.status(rows.integer(row, 9)) else {
      throw .damaged("outstanding: expected a known mode and status, got \(rows.integer(row, 4)) and \(rows.integer(row, 9))")
    }
    let polls = Int(rows.integer(row, 10))
    return OutstandingSession(
      key: GenerationKey.claim(rows.integer(row, 0)),
      identity: RequestIdentity(merchantID: rows.foreignText(row, 1) ?? "", requestID: rows.foreignText(row, 2) ?? ""),
      merchantTransactionID: rows.foreignText(row, 3), mode: mode, sessionID: try PostgresDecisionColumns.sessionID(rows, row, 5),
      createdAt: Timestamp(millisecondsSinceEpoch: rows.integer(row, 6)),
      expiresAt: Timestamp(millisecondsSinceEpoch: rows.integer(row, 7)),
      recordKey: rows.bytes(row, 8), status: status, polls: polls, failures: Int(rows.integer(row, 11)),
      unpublishedEvent: rows.timestamp(row, 12).map { RecordedEvent(status: status, observedAt: $0, polls: polls) })
  }
}
