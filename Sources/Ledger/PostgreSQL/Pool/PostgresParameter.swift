/// A value for `$n` of a statement: always sent beside the statement in PostgreSQL's binary form, never put into its text.
enum PostgresParameter: Sendable, Hashable {
  /// `bigint`.
  case integer(Int64?)
  /// `double precision`.
  case double(Double?)
  /// `text`; one with a NUL in it is refused by the server.
  case text(String?)
  /// `bytea`.
  case bytes([UInt8]?)
  /// `boolean`.
  case bool(Bool?)
  /// `bigint[]`.
  case integers([Int64?])
  /// `double precision[]`.
  case doubles([Double?])
  /// `text[]`.
  case texts([String?])
  /// `bytea[]`.
  case byteArrays([[UInt8]?])
  /// `boolean[]`.
  case bools([Bool?])

  /// The type that the server is told.
  var type: PostgresType {
    switch self {
    case .integer: .int8
    case .double: .float8
    case .text: .text
    case .bytes: .bytes
    case .bool: .bool
    case .integers: .int8Array
    case .doubles: .float8Array
    case .texts: .textArray
    case .byteArrays: .bytesArray
    case .bools: .boolArray
    }
  }
}
