import GRDB
import GRDBSQLite

/// A prepared statement, bound and read through SQLite's own functions: an audit writes and reads every record once, and GRDB's boxed values would be most of
/// what that costs. GRDB compiles and finalizes it; the handle is good inside the access that it is made in.
struct ScratchStatement {
  private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

  private let handle: SQLiteStatement
  private let connection: SQLiteConnection

  /// The statement of `sql`, compiled once for each connection. Throws `DatabaseError`.
  init(_ db: Database, _ sql: String) throws {
    guard let connection = db.sqliteConnection else { throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "Connection is closed") }
    self.connection = connection
    handle = try db.cachedStatement(sql: sql).sqliteStatement
  }

  func bind(_ value: Int64?, at index: CInt) {
    if let value { sqlite3_bind_int64(handle, index, value) } else { sqlite3_bind_null(handle, index) }
  }

  func bind(_ value: String?, at index: CInt) {
    guard var value else {
      sqlite3_bind_null(handle, index)
      return
    }
    value.withUTF8 { text in
      text.withMemoryRebound(to: CChar.self) { text in
        // An empty text may have no address, which SQLite would take for null.
        if let start = text.baseAddress {
          _ = sqlite3_bind_text(handle, index, start, CInt(text.count), Self.copied)
        } else {
          _ = sqlite3_bind_text(handle, index, "", 0, Self.copied)
        }
      }
    }
  }

  /// Runs a statement that gives no rows and returns how many rows it changed. Throws `DatabaseError`.
  @discardableResult func run() throws -> Int {
    defer { sqlite3_reset(handle) }
    try step()
    return Int(sqlite3_changes(connection))
  }

  /// Runs a statement and reads its rows. Throws `DatabaseError` and what `read` throws.
  func each(_ read: (Row) throws -> Void) throws {
    defer { sqlite3_reset(handle) }
    while try step() { try read(Row(statement: handle)) }
  }

  @discardableResult private func step() throws -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw DatabaseError(resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(connection)))
    }
  }

  /// The row that a statement stands at. Valid only inside the closure it is given to.
  struct Row {
    fileprivate let statement: SQLiteStatement

    /// An integer; 0 for null.
    func integer(_ column: CInt) -> Int64 { sqlite3_column_int64(statement, column) }

    /// An integer, or nil for null.
    func optionalInteger(_ column: CInt) -> Int64? {
      sqlite3_column_type(statement, column) == SQLITE_NULL ? nil : sqlite3_column_int64(statement, column)
    }

    /// A text, or nil for null.
    func text(_ column: CInt) -> String? {
      guard let text = sqlite3_column_text(statement, column) else { return nil }
      let count = Int(sqlite3_column_bytes(statement, column))
      return String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
    }
  }
}
