import CheckoutSession
import GRDB

/// An outstanding session as it is read: its own row and what its request and decision say.
enum OutstandingColumns {
  /// One session; its key is parameter 1.
  static let selectSQL = """
    SELECT o.id, m.name, r.request_id, r.merchant_transaction_id, r.mode, d.session_id, d.created_at, o.expires_at, o.record_key,
      o.status, o.polls, o.failures, o.observed_at
    FROM outstanding o JOIN request r ON r.id = \(GenerationKey.rowSQL("o.id")) JOIN merchant m ON m.id = r.merchant
    JOIN decision d ON d.id = o.id WHERE o.id = ?1
    """

  /// Reads a session. Throws `DatabaseError` for values that no ledger of ours holds.
  static func read(_ row: RawRow) throws -> OutstandingSession {
    guard let mode = LedgerCodes.mode(row.integer(4)), let status = LedgerCodes.status(row.integer(9)) else {
      throw DatabaseError(
        resultCode: .SQLITE_CORRUPT, message: "outstanding: expected a known mode and status, got \(row.integer(4)) and \(row.integer(9))")
    }
    let polls = Int(row.integer(10))
    let observedAt = row.optionalInteger(12).map(Timestamp.init(millisecondsSinceEpoch:))
    return OutstandingSession(
      key: GenerationKey.claim(row.integer(0)), identity: RequestIdentity(merchantID: row.text(1) ?? "", requestID: row.text(2) ?? ""),
      merchantTransactionID: row.text(3), mode: mode, sessionID: try SessionIDStorage.read(row, 5),
      createdAt: Timestamp(millisecondsSinceEpoch: row.integer(6)), expiresAt: Timestamp(millisecondsSinceEpoch: row.integer(7)),
      recordKey: row.bytes(8), status: status, polls: polls, failures: Int(row.integer(11)),
      unpublishedEvent: observedAt.map { RecordedEvent(status: status, observedAt: $0, polls: polls) })
  }
}
