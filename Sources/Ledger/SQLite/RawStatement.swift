import CheckoutSession
import GRDB
import GRDBSQLite

/// A prepared statement of a GRDB connection, bound and read through SQLite's own functions: the ledger's one door to C.
///
/// GRDB compiles the statement, keeps it for the next batch and finalizes it when the connection closes, so the handle is good for any
/// access that it is made in, and only there. GRDB's own binding makes an array of boxed values a row and its reading a `Row`; at three to
/// five statements a record that is what a batch would mostly do.
struct RawStatement {
  /// Tells SQLite to copy what is bound: a Swift string's bytes stay put only within the call.
  private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

  private let handle: SQLiteStatement
  private let connection: SQLiteConnection

  /// The statement of `sql`, compiled once for each connection. Throws `DatabaseError`.
  init(_ db: Database, _ sql: String) throws {
    guard let connection = db.sqliteConnection else { throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "Connection is closed") }
    self.connection = connection
    handle = try db.cachedStatement(sql: sql).sqliteStatement
  }

  /// Binds an integer, or null.
  func bind(_ value: Int64?, at index: CInt) {
    if let value { sqlite3_bind_int64(handle, index, value) } else { sqlite3_bind_null(handle, index) }
  }

  /// Binds a floating-point number.
  func bind(_ value: Double, at index: CInt) { sqlite3_bind_double(handle, index, value) }

  /// Binds a moment, or null.
  func bind(_ value: Timestamp?, at index: CInt) { bind(value?.millisecondsSinceEpoch, at: index) }

  /// Binds a text, or null.
  func bind(_ value: String?, at index: CInt) {
    guard let value else {
      sqlite3_bind_null(handle, index)
      return
    }
    // Native strings lend their bytes; what little comes otherwise is copied first.
    if value.utf8.withContiguousStorageIfAvailable({ bind($0, at: index) }) == nil {
      Array(value.utf8).withUnsafeBufferPointer { bind($0, at: index) }
    }
  }

  private func bind(_ text: UnsafeBufferPointer<UInt8>, at index: CInt) {
    text.withMemoryRebound(to: CChar.self) { text in
      // An empty text may have no address, which SQLite would take for null.
      if let start = text.baseAddress {
        _ = sqlite3_bind_text(handle, index, start, CInt(text.count), Self.copied)
      } else {
        _ = sqlite3_bind_text(handle, index, "", 0, Self.copied)
      }
    }
  }

  /// Binds bytes, or null.
  func bind(_ value: [UInt8]?, at index: CInt) {
    guard let value else {
      sqlite3_bind_null(handle, index)
      return
    }
    value.withUnsafeBytes { bind($0, at: index) }
  }

  private func bind(_ bytes: UnsafeRawBufferPointer, at index: CInt) {
    // No bytes may have no address, which SQLite would take for null.
    if let start = bytes.baseAddress {
      sqlite3_bind_blob(handle, index, start, CInt(bytes.count), Self.copied)
    } else {
      sqlite3_bind_zeroblob(handle, index, 0)
    }
  }

  /// Runs a statement that gives no rows and returns how many rows it changed. Throws `DatabaseError`.
  @discardableResult func run() throws -> Int {
    try step()
    sqlite3_reset(handle)
    return Int(sqlite3_changes(connection))
  }

  /// Runs a statement and reads its first row; nil if it has none. Throws `DatabaseError` and what `read` throws.
  func first<T>(_ read: (RawRow) throws -> T) throws -> T? {
    defer { sqlite3_reset(handle) }
    return try step() ? read(RawRow(statement: handle)) : nil
  }

  /// Runs a statement and reads its rows until `read` returns false. Throws `DatabaseError` and what `read` throws.
  func each(_ read: (RawRow) throws -> Bool) throws {
    defer { sqlite3_reset(handle) }
    while try step() {
      guard try read(RawRow(statement: handle)) else { return }
    }
  }

  /// Whether there is a row.
  @discardableResult private func step() throws -> Bool {
    let code = sqlite3_step(handle)
    switch code {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default:
      let message = String(cString: sqlite3_errmsg(connection))
      sqlite3_reset(handle)
      throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    }
  }
}
