import GRDB

/// One write transaction with the durability that its content needs.
enum WriteTransaction {
  /// Commits what `body` did, or rolls it back if it throws.
  ///
  /// It takes the write lock at its begin: a transaction that first reads and then finds another writer ahead cannot be repeated
  /// from the middle. `PRAGMA synchronous` is compiled anew each time because it acts when it is compiled, not when it runs.
  static func run<Value>(_ db: Database, _ durability: Durability, _ body: (Database) throws -> Value) throws -> Value {
    try db.execute(sql: "PRAGMA synchronous = \(durability.rawValue)")
    try db.beginTransaction(.immediate)
    do {
      let value = try body(db)
      try db.commit()
      return value
    } catch {
      // SQLite may have rolled back by itself (disk full, I/O error); GRDB then does nothing here. The first error is the one to tell.
      try? db.rollback()
      throw error
    }
  }

  /// Does what `body` does and rolls it back, whatever comes of it: what would be, without being.
  static func rehearse<Value>(_ db: Database, _ body: (Database) throws -> Value) throws -> Value {
    try db.beginTransaction(.immediate)
    let result = Result { try body(db) }
    do {
      try db.rollback()
    } catch {
      // SQLite may have rolled back by itself after an error of the body, which is the one to tell.
      _ = try result.get()
      throw error
    }
    return try result.get()
  }
}
