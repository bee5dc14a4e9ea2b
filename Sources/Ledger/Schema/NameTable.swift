import GRDB

/// A table that gives long names short numbers (`merchant`, `topic`), with the numbers seen so far at hand.
///
/// A name's number never changes once committed, so a copy stays right for as long as one likes. It is a value: a transaction works on its
/// own copy, which is kept only if the transaction commits. (A number kept from a transaction that was rolled back would later stand for
/// another name.)
struct NameTable: Sendable {
  /// More names than this are not kept at hand; they are looked up again.
  private static let keptMax = 4096

  private let table: String
  private var ids: [String: Int64] = [:]
  private var last: (name: String, id: Int64)?

  /// The names in a table with the columns `id` and `name`.
  init(table: String) { self.table = table }

  /// The number of a name, which is added if the table does not have it. In a transaction only.
  mutating func id(of name: String, _ db: Database) throws -> Int64 {
    if let last, last.name == name { return last.id }
    if let id = ids[name] {
      last = (name, id)
      return id
    }
    let id = try stored(name, db)
    if ids.count >= Self.keptMax { ids.removeAll(keepingCapacity: true) }
    ids[name] = id
    last = (name, id)
    return id
  }

  private func stored(_ name: String, _ db: Database) throws -> Int64 {
    if let id = try Int64.fetchOne(db, sql: "SELECT id FROM \(table) WHERE name = ?", arguments: [name]) { return id }
    try db.execute(sql: "INSERT INTO \(table) (name) VALUES (?)", arguments: [name])
    return db.lastInsertedRowID
  }
}
