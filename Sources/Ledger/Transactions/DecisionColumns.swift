import CheckoutSession
import GRDB

/// The columns of `decision`, in the one order in which they are bound and read.
enum DecisionColumns {
  /// The columns of a decision `d` after its key.
  static let selectSQL = """
    d.outcome, d.attempts, d.decided_at, d.session_id, d.hosted_url, d.created_at, d.url_expires_at, \
    d.error_code, d.error_title, d.error_detail, d.error_field, d.error_retryable, d.ended_status, d.session_expires_at
    """

  /// Where in these the status stands that the session ended with.
  static let endedStatus: CInt = 12

  /// The same columns of a new decision, for an insert; the key is parameter 1.
  static let insertSQL = """
    id, outcome, attempts, decided_at, session_id, hosted_url, created_at, url_expires_at, \
    error_code, error_title, error_detail, error_field, error_retryable
    """

  /// Binds a decision to the parameters from 2 on.
  static func bind(_ reply: DecidedReply, to statement: RawStatement) {
    statement.bind(LedgerCodes.code(reply.outcome), at: 2)
    statement.bind(Int64(reply.attempts), at: 3)
    statement.bind(reply.decidedAt.millisecondsSinceEpoch, at: 4)
    let session = reply.session
    if let session, let bytes = SessionIDStorage.bytes(session.sessionID) {
      statement.bind(bytes, at: 5)
    } else {
      statement.bind(session?.sessionID.rawValue, at: 5)
    }
    statement.bind(session?.hostedURL, at: 6)
    statement.bind(session?.createdAt.millisecondsSinceEpoch, at: 7)
    statement.bind(session?.expiresAt.millisecondsSinceEpoch, at: 8)
    let error = reply.error
    statement.bind(error?.code, at: 9)
    statement.bind(error?.title, at: 10)
    statement.bind(error?.detail, at: 11)
    statement.bind(error?.field, at: 12)
    statement.bind(error.map { $0.retryable ? 1 : 0 } as Int64?, at: 13)
  }

  /// Reads a decision whose columns begin at `first`. Throws `DatabaseError` for values that no ledger of ours holds.
  static func read(_ row: RawRow, from first: CInt) throws -> DecidedReply {
    guard let outcome = LedgerCodes.outcome(row.integer(first)) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "decision.outcome: expected a known outcome, got \(row.integer(first))")
    }
    return DecidedReply(
      outcome: outcome, session: try session(row, from: first + 3), erasedURLExpiresAt: erasedURLExpiresAt(row, from: first),
      completed: try completed(row, from: first), error: error(row, from: first + 7),
      attempts: Int(row.integer(first + 1)), decidedAt: Timestamp(millisecondsSinceEpoch: row.integer(first + 2)))
  }

  private static func session(_ row: RawRow, from first: CInt) throws -> CreatedSession? {
    guard let hostedURL = row.text(first + 1) else { return nil }
    return CreatedSession(
      sessionID: try SessionIDStorage.read(row, first), hostedURL: hostedURL,
      createdAt: Timestamp(millisecondsSinceEpoch: row.integer(first + 2)),
      expiresAt: Timestamp(millisecondsSinceEpoch: row.integer(first + 3)))
  }

  /// A row whose session has ended keeps its lifetime's end too, but there the gateway's word counts.
  private static func erasedURLExpiresAt(_ row: RawRow, from first: CInt) -> Timestamp? {
    guard row.text(first + 4) == nil, row.optionalInteger(first + endedStatus) == nil else { return nil }
    return row.optionalInteger(first + 13).map(Timestamp.init(millisecondsSinceEpoch:))
  }

  /// What is left of a session that has completed: the row says so in two columns that a decision does not begin with.
  private static func completed(_ row: RawRow, from first: CInt) throws -> CompletedSession? {
    guard row.optionalInteger(first + endedStatus) == LedgerCodes.code(.completed) else { return nil }
    return CompletedSession(
      sessionID: try SessionIDStorage.read(row, first + 3), createdAt: Timestamp(millisecondsSinceEpoch: row.integer(first + 5)),
      expiresAt: Timestamp(millisecondsSinceEpoch: row.integer(first + 13)))
  }

  private static func error(_ row: RawRow, from first: CInt) -> ReplyError? {
    guard let code = row.text(first) else { return nil }
    return ReplyError(
      code: code, title: row.text(first + 1) ?? "", detail: row.text(first + 2) ?? "", field: row.text(first + 3),
      retryable: row.integer(first + 4) != 0)
  }
}
