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
  private var kept: [String: (name: String, id: Int64)] = [:]
  private var last: (name: String, id: Int64)?

  /// The names in a table with the columns `id` and `name`.
  init(table: String) { self.table = table }

  /// The number of a name, which is added if the table does not have it. In a transaction only.
  ///
  /// Names are bytes, as in the table: two spellings of one character, which are one key to a dictionary, are two names.
  mutating func id(of name: String, _ db: Database) throws -> Int64 {
    if let last, last.name.utf8.elementsEqual(name.utf8) { return last.id }
    if let known = kept[name], known.name.utf8.elementsEqual(name.utf8) {
      last = known
      return known.id
    }
    let id = try stored(name, db)
    if kept.count >= Self.keptMax { kept.removeAll(keepingCapacity: true) }
    kept[name] = (name, id)
    last = (name, id)
    return id
  }

  private func stored(_ name: String, _ db: Database) throws -> Int64 {
    let select = try RawStatement(db, "SELECT id FROM \(table) WHERE name = ?1")
    select.bind(name, at: 1)
    if let id = try select.first({ $0.integer(0) }) { return id }
    let insert = try RawStatement(db, "INSERT INTO \(table) (name) VALUES (?1)")
    insert.bind(name, at: 1)
    try insert.run()
    return db.lastInsertedRowID
  }
}
