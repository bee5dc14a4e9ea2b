import CheckoutSession
import GRDB

/// Reads a replay's record, whose columns are those of ``ReplayColumns``.
enum ReplayRow {
  /// The record of a row. Throws `DatabaseError` for values that no ledger of ours holds.
  static func read(_ row: RawRow) throws -> ReplayRecord {
    guard let action = LedgerCodes.action(row.integer(8)) else { throw damaged("action", row.integer(8)) }
    guard let state = LedgerCodes.replayState(row.integer(14)) else { throw damaged("state", row.integer(14)) }
    guard let searchFrom = SearchStart.read(row.bytes(18)) else { throw damaged("search_from", Int64(row.bytes(18)?.count ?? 0)) }
    let claim = ReplayClaim(
      origin: place(row, 0), deadLetter: place(row, 3),
      identity: RequestIdentity(merchantID: row.text(6) ?? "", requestID: row.text(7) ?? ""), action: action, bodyHash: hash(row, 9),
      originalHash: hash(row, 10), replayCount: Int(row.integer(11)), reason: row.text(12))
    return ReplayRecord(
      claim: claim, run: row.integer(13), state: state, count: Int(row.integer(15)), claimedAt: time(row.integer(16)),
      sentAt: row.optionalInteger(17).map(time), searchFrom: searchFrom, answer: answer(row))
  }

  private static func answer(_ row: RawRow) -> ReplayAnswer? {
    guard let outcome = row.optionalInteger(19).flatMap(LedgerCodes.outcome) else { return nil }
    return ReplayAnswer(outcome: outcome, generation: Int(row.integer(20)), errorCode: row.text(21))
  }

  private static func place(_ row: RawRow, _ first: CInt) -> RecordCoordinate {
    RecordCoordinate(
      topic: row.text(first) ?? "", partition: Int32(truncatingIfNeeded: row.integer(first + 1)), offset: row.integer(first + 2))
  }

  private static func hash(_ row: RawRow, _ column: CInt) -> BodyHash? { row.bytes(column).flatMap(BodyHash.init) }

  private static func time(_ milliseconds: Int64) -> Timestamp { Timestamp(millisecondsSinceEpoch: milliseconds) }

  private static func damaged(_ column: String, _ value: Int64) -> DatabaseError {
    DatabaseError(resultCode: .SQLITE_CORRUPT, message: "replay.\(column): expected a known value, got \(value)")
  }
}
