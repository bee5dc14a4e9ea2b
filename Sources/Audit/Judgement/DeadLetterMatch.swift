import CheckoutSession
import GRDB

/// Finds the dead letters of request records by the place that they name, and in the end those that name none.
struct DeadLetterMatch {
  private let db: Database
  private let isEmpty: Bool
  private let mark: ScratchStatement

  /// - Parameter isEmpty: whether there are no dead letters at all, so that none need be looked for.
  init(_ db: Database, isEmpty: Bool) throws {
    self.db = db
    self.isEmpty = isEmpty
    mark = try ScratchStatement(
      db, "UPDATE dead_letter SET matched = 1 WHERE topic = ?1 AND partition = ?2 AND \"offset\" = ?3")
  }

  /// Whether the record there has a dead letter, which is noted.
  func take(_ place: Entry.Place) throws -> Bool {
    guard !isEmpty else { return false }
    mark.bind(place.topic, at: 1)
    mark.bind(place.partition, at: 2)
    mark.bind(place.offset, at: 3)
    return try mark.run() > 0
  }

  /// Those that no record was found for: outside the range, or an exception.
  func judgeUnmatched(_ scope: AuditScope, _ topics: TopicNumbers, _ totals: inout AuditTotals) throws {
    guard !isEmpty else { return }
    let store = FindingStore(db)
    let requestsTopic = topics.known(scope.requestsTopic)
    let select = try ScratchStatement(
      db, "SELECT topic, partition, \"offset\", own_topic, own_partition, own_offset FROM dead_letter WHERE matched = 0")
    try select.each { row in
      let request = Entry.Place(topic: row.integer(0), partition: row.integer(1), offset: row.integer(2))
      guard request.topic == requestsTopic, let range = scope.requests[Int32(truncatingIfNeeded: request.partition)],
        range.contains(request.offset)
      else {
        totals.deadLettersOutside += 1
        return
      }
      let own = Entry.Place(topic: row.integer(3), partition: row.integer(4), offset: row.integer(5))
      try store.insert(
        AuditFinding(code: .deadLetterWithoutRequest, place: topics.coordinate(own), other: topics.coordinate(request)), &totals)
    }
  }
}
