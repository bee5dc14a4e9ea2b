import CPostgres

/// libpq's result of one statement, which it owns.
final class PostgresResult {
  private let pointer: OpaquePointer

  /// Takes the result over.
  init(taking pointer: OpaquePointer) { self.pointer = pointer }

  deinit { PQclear(pointer) }

  /// Rows.
  var rowCount: Int { Int(PQntuples(pointer)) }
  /// Columns.
  var columnCount: Int { Int(PQnfields(pointer)) }
  /// Rows that an INSERT, UPDATE, DELETE or SELECT touched; 0 for other statements.
  var changedCount: Int { PQcmdTuples(pointer).flatMap { Int(String(cString: $0)) } ?? 0 }
  /// What the server says was done: `COMMIT`, `INSERT 0 5`.
  var commandTag: String { PQcmdStatus(pointer).map { String(cString: $0) } ?? "" }

  /// What failed; nil if nothing did.
  var error: PostgresError? {
    switch PQresultStatus(pointer) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return nil
    case PGRES_FATAL_ERROR:
      // PG_DIAG_SQLSTATE, PG_DIAG_MESSAGE_PRIMARY, PG_DIAG_CONSTRAINT_NAME: macros of characters, which Swift does not see.
      guard let state = field("C") else {
        let message = PQresultErrorMessage(pointer).map { String(cString: $0) } ?? ""
        return PostgresError(message: LibpqMessage.firstLine(of: message), isConnectionLost: true)
      }
      return PostgresError(server: state, primary: field("M") ?? "no message", constraint: field("n"))
    default: return PostgresError(message: "the server gave a result that was not asked for", isConnectionLost: true)
    }
  }

  /// The first column whose binary form is not known, as an error that says so; nil if there is none.
  var unreadableColumn: PostgresError? {
    for column in 0..<PQnfields(pointer) {
      let type = PostgresType(rawValue: PQftype(pointer, column))
      if PostgresType.readable.contains(type) || PQfformat(pointer, column) == 0 { continue }
      let name = PQfname(pointer, column).map { String(cString: $0) } ?? ""
      return PostgresError(message: "column \(name) has the type \(type.rawValue), which is to be cast to one that can be read")
    }
    return nil
  }

  /// The type of a column.
  func type(_ column: Int) -> PostgresType { PostgresType(rawValue: PQftype(pointer, CInt(column))) }

  /// Whether a value is null.
  func isNull(_ row: Int, _ column: Int) -> Bool { PQgetisnull(pointer, CInt(row), CInt(column)) == 1 }

  /// Lends the bytes of a value, none for null.
  func withBytes<Value>(_ row: Int, _ column: Int, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
    let count = Int(PQgetlength(pointer, CInt(row), CInt(column)))
    return body(UnsafeRawBufferPointer(start: PQgetvalue(pointer, CInt(row), CInt(column)), count: count))
  }

  private func field(_ code: Unicode.Scalar) -> String? {
    PQresultErrorField(pointer, CInt(code.value)).map { String(cString: $0) }
  }
}
