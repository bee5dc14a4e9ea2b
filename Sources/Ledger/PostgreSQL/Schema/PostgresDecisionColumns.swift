import CheckoutSession

/// The columns of `decision`, in the one order in which functions return them and they are read.
enum PostgresDecisionColumns {
  /// The columns of a decision `d`.
  static let select = """
    d.outcome, d.attempts, d.decided_at, coalesce(d.session_text, d.session_id::text), d.hosted_url, d.created_at, d.url_expires_at, \
    d.error_code, d.error_title, d.error_detail, d.error_field, d.error_retryable, d.ended_status, d.session_expires_at
    """

  /// The same as the columns of a function's table.
  static let table = """
    outcome smallint, attempts integer, decided_at bigint, session_id text, hosted_url text, created_at bigint, url_expires_at bigint, \
    error_code text, error_title text, error_detail text, error_field text, error_retryable boolean, ended_status smallint, \
    session_expires_at bigint
    """

  /// Reads a decision whose columns begin at `first`. Throws ``LedgerFailure`` for values that no ledger of ours holds.
  static func read(_ rows: PostgresRows, _ row: Int, from first: Int) throws(LedgerFailure) -> DecidedReply {
    guard let outcome = LedgerCodes.outcome(rows.integer(row, first)) else {
      throw .damaged("decision.outcome: expected a known outcome, got \(rows.integer(row, first))")
    }
    return DecidedReply(
      outcome: outcome, session: try session(rows, row, first), erasedURLExpiresAt: erasedURLExpiresAt(rows, row, first),
      completed: try completed(rows, row, first), error: error(rows, row, first + 7),
      attempts: Int(rows.integer(row, first + 1)), decidedAt: Timestamp(millisecondsSinceEpoch: rows.integer(row, first + 2)))
  }

  /// Reads a session's id.
  static func sessionID(_ rows: PostgresRows, _ row: Int, _ column: Int) throws(LedgerFailure) -> SessionID {
    guard let sessionID = rows.text(row, column).flatMap(SessionID.init) else {
      throw .damaged("decision.session_id: expected a UUID")
    }
    return sessionID
  }

  private static func session(_ rows: PostgresRows, _ row: Int, _ first: Int) throws(LedgerFailure) -> CreatedSession? {
    guard let hostedURL = rows.foreignText(row, first + 4) else { return nil }
    return CreatedSession(
      sessionID: try sessionID(rows, row, first + 3), hostedURL: hostedURL,
      createdAt: Timestamp(millisecondsSinceEpoch: rows.integer(row, first + 5)),
      expiresAt: Timestamp(millisecondsSinceEpoch: rows.integer(row, first + 6)))
  }

  /// A row whose session has ended keeps its lifetime's end too, but there the gateway's word counts.
  private static func erasedURLExpiresAt(_ rows: PostgresRows, _ row: Int, _ first: Int) -> Timestamp? {
    guard rows.text(row, first + 4) == nil, rows.optionalInteger(row, first + 12) == nil else { return nil }
    return rows.timestamp(row, first + 13)
  }

  private static func completed(_ rows: PostgresRows, _ row: Int, _ first: Int) throws(LedgerFailure) -> CompletedSession? {
    guard rows.optionalInteger(row, first + 12) == LedgerCodes.code(.completed) else { return nil }
    return CompletedSession(
      sessionID: try sessionID(rows, row, first + 3), createdAt: Timestamp(millisecondsSinceEpoch: rows.integer(row, first + 5)),
      expiresAt: Timestamp(millisecondsSinceEpoch: rows.integer(row, first + 13)))
  }

  private static func error(_ rows: PostgresRows, _ row: Int, _ first: Int) -> ReplyError? {
    guard let code = rows.foreignText(row, first) else { return nil }
    return ReplyError(
      code: code, title: rows.foreignText(row, first + 1) ?? "", detail: rows.foreignText(row, first + 2) ?? "",
      field: rows.foreignText(row, first + 3), retryable: rows.bool(row, first + 4))
  }
}
