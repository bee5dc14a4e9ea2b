import GRDB
import GRDBSQLite

/// The row that a statement stands at. Valid only inside the closure it is given to.
struct RawRow {
  private let statement: SQLiteStatement

  /// The row at which `statement` stands.
  init(statement: SQLiteStatement) { self.statement = statement }

  /// Whether a column is null.
  func isNull(_ column: CInt) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

  /// An integer; 0 for null.
  func integer(_ column: CInt) -> Int64 { sqlite3_column_int64(statement, column) }

  /// An integer, or nil for null.
  func optionalInteger(_ column: CInt) -> Int64? { isNull(column) ? nil : integer(column) }

  /// A floating-point number; 0 for null.
  func double(_ column: CInt) -> Double { sqlite3_column_double(statement, column) }

  /// A text, or nil for null.
  func text(_ column: CInt) -> String? {
    guard let text = sqlite3_column_text(statement, column) else { return nil }
    let count = Int(sqlite3_column_bytes(statement, column))
    return String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
  }

  /// Whether a column holds bytes, not text.
  func isBlob(_ column: CInt) -> Bool { sqlite3_column_type(statement, column) == SQLITE_BLOB }

  /// Bytes, or nil for null.
  func bytes(_ column: CInt) -> [UInt8]? { isNull(column) ? nil : withBytes(column) { Array($0) } }

  /// Lends the bytes of a column; none for null.
  func withBytes<T>(_ column: CInt, _ read: (UnsafeRawBufferPointer) throws -> T) rethrows -> T {
    let start = sqlite3_column_blob(statement, column)
    return try read(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(statement, column))))
  }
}
