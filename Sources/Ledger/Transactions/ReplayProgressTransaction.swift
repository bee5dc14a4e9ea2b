import CheckoutSession
import GRDB

/// Writes down what became of claimed records: sent, answered, given back.
enum ReplayProgressTransaction {
  private static let claimed = LedgerCodes.code(ReplayRecord.State.claimed)
  private static let sent = LedgerCodes.code(ReplayRecord.State.sent)
  private static let answered = LedgerCodes.code(ReplayRecord.State.answered)
  private static let place = "origin_topic = ?1 AND origin_partition = ?2 AND origin_offset = ?3"

  /// Marks what `run` has sent; whether each is known as sent by it now, in their order.
  static func send(_ origins: [RecordCoordinate], run: Int64, at: Timestamp, _ db: Database) throws -> [Bool] {
    let update = try RawStatement(
      db, "UPDATE replay SET state = \(sent), sent_at = ?5, search_from = NULL WHERE \(place) AND run = ?4 AND state = \(claimed)")
    // A call whose answer was lost is made again: what it marked stands.
    let select = try RawStatement(db, "SELECT 1 FROM replay WHERE \(place) AND run = ?4 AND state IN (\(sent), \(answered))")
    update.bind(run, at: 4)
    update.bind(at, at: 5)
    select.bind(run, at: 4)
    var places = ReplayPlaces(db)
    return try origins.map { origin in
      guard try places.bind(origin, to: update) else { return false }
      if try update.run() == 1 { return true }
      return try places.bind(origin, to: select) && select.first { _ in true } ?? false
    }
  }

  /// Forgets what `run` has claimed and not sent.
  static func release(_ origins: [RecordCoordinate], run: Int64, _ db: Database) throws {
    let delete = try RawStatement(db, "DELETE FROM replay WHERE \(place) AND run = ?4 AND state = \(claimed)")
    delete.bind(run, at: 4)
    var places = ReplayPlaces(db)
    for origin in origins where try places.bind(origin, to: delete) { try delete.run() }
  }

  /// Writes answers down, each where there is none.
  static func answer(_ answers: [RecordCoordinate: ReplayAnswer], at: Timestamp, _ db: Database) throws {
    let update = try RawStatement(
      db,
      """
      UPDATE replay SET state = \(answered), sent_at = coalesce(sent_at, ?4), search_from = NULL, answered_at = ?4, answer_outcome = ?5,
        answer_generation = ?6, answer_error = ?7
      WHERE \(place) AND state IN (\(claimed), \(sent))
      """)
    update.bind(at, at: 4)
    var places = ReplayPlaces(db)
    for (origin, answer) in answers where try places.bind(origin, to: update) {
      update.bind(LedgerCodes.code(answer.outcome), at: 5)
      update.bind(Int64(answer.generation), at: 6)
      update.bind(answer.errorCode, at: 7)
      try update.run()
    }
  }
}
