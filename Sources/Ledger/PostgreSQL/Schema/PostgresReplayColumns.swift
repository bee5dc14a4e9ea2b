import CheckoutSession

/// The columns of a replay's record, in the order of ``ReplayColumns``, in which functions return them and they are read.
enum PostgresReplayColumns {
  /// The columns of a function's table.
  static let table = columns.map { "\($0.name) \($0.type)" }.joined(separator: ", ")
  /// A row without a record.
  static let nothing = columns.map { "NULL::\($0.type)" }.joined(separator: ", ")

  private static let columns = [
    ("origin_topic", "text"), ("origin_partition", "integer"), ("origin_offset", "bigint"), ("letter_topic", "text"),
    ("letter_partition", "integer"), ("letter_offset", "bigint"), ("merchant", "text"), ("request_id", "text"), ("action", "smallint"),
    ("body_hash", "bytea"), ("original_hash", "bytea"), ("failed_count", "bigint"), ("reason", "text"), ("run", "bigint"),
    ("state", "smallint"),
    ("count", "bigint"), ("claimed_at", "bigint"), ("sent_at", "bigint"), ("search_from", "bytea"), ("answer_outcome", "smallint"),
    ("answer_generation", "integer"), ("answer_error", "text"),
  ].map { (name: $0.0, type: $0.1) }

  /// Reads a record whose columns begin at `first`. Throws ``LedgerFailure`` for values that no ledger of ours holds.
  static func read(_ rows: PostgresRows, _ row: Int, from first: Int) throws(LedgerFailure) -> ReplayRecord {
    guard let action = LedgerCodes.action(rows.integer(row, first + 8)), let state = LedgerCodes.replayState(rows.integer(row, first + 14)),
      let searchFrom = SearchStart.read(rows.bytes(row, first + 18))
    else { throw .damaged("replay: expected a known action, a known state and whole places to search from") }
    let claim = ReplayClaim(
      origin: place(rows, row, first), deadLetter: place(rows, row, first + 3),
      identity: RequestIdentity(
        merchantID: rows.foreignText(row, first + 6) ?? "", requestID: rows.foreignText(row, first + 7) ?? ""),
      action: action, bodyHash: hash(rows, row, first + 9), originalHash: hash(rows, row, first + 10),
      replayCount: Int(rows.integer(row, first + 11)), reason: rows.foreignText(row, first + 12))
    return ReplayRecord(
      claim: claim, run: rows.integer(row, first + 13), state: state, count: Int(rows.integer(row, first + 15)),
      claimedAt: Timestamp(millisecondsSinceEpoch: rows.integer(row, first + 16)), sentAt: rows.timestamp(row, first + 17),
      searchFrom: searchFrom, answer: answer(rows, row, first + 19))
  }

  private static func answer(_ rows: PostgresRows, _ row: Int, _ first: Int) -> ReplayAnswer? {
    guard let outcome = rows.optionalInteger(row, first).flatMap(LedgerCodes.outcome) else { return nil }
    return ReplayAnswer(
      outcome: outcome, generation: Int(rows.integer(row, first + 1)), errorCode: rows.foreignText(row, first + 2))
  }

  private static func place(_ rows: PostgresRows, _ row: Int, _ first: Int) -> RecordCoordinate {
    RecordCoordinate(
      topic: rows.text(row, first) ?? "", partition: Int32(truncatingIfNeeded: rows.integer(row, first + 1)),
      offset: rows.integer(row, first + 2))
  }

  private static func hash(_ rows: PostgresRows, _ row: Int, _ column: Int) -> BodyHash? { rows.bytes(row, column).flatMap(BodyHash.init) }
}
