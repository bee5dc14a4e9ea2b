import CheckoutSession
import GRDB

/// Binds places of failed records to statements, without adding the names of topics that the ledger does not have.
struct ReplayPlaces {
  private let db: Database
  private var topics: [String: Int64?] = [:]

  /// Places in the ledger of `db`.
  init(_ db: Database) { self.db = db }

  /// Binds topic, partition and offset to the parameters from 1 on; false for a topic that nothing in the ledger is about.
  mutating func bind(_ place: RecordCoordinate, to statement: RawStatement) throws -> Bool {
    guard let topic = try id(of: place.topic) else { return false }
    statement.bind(topic, at: 1)
    statement.bind(Int64(place.partition), at: 2)
    statement.bind(place.offset, at: 3)
    return true
  }

  private mutating func id(of topic: String) throws -> Int64? {
    if let known = topics[topic] { return known }
    let select = try RawStatement(db, "SELECT id FROM topic WHERE name = ?1")
    select.bind(topic, at: 1)
    let id = try select.first { $0.integer(0) }
    topics[topic] = .some(id)
    return id
  }
}
