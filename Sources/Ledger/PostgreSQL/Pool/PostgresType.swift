/// A type of PostgreSQL, by its number in the server's catalog. Open: any number may come.
struct PostgresType: RawRepresentable, Hashable, Sendable {
  /// The number (OID).
  let rawValue: UInt32

  static let bool = PostgresType(rawValue: 16)
  static let bytes = PostgresType(rawValue: 17)
  static let name = PostgresType(rawValue: 19)
  static let int8 = PostgresType(rawValue: 20)
  static let int2 = PostgresType(rawValue: 21)
  static let int4 = PostgresType(rawValue: 23)
  static let text = PostgresType(rawValue: 25)
  static let float4 = PostgresType(rawValue: 700)
  static let float8 = PostgresType(rawValue: 701)
  static let varchar = PostgresType(rawValue: 1043)
  static let void = PostgresType(rawValue: 2278)
  static let boolArray = PostgresType(rawValue: 1000)
  static let bytesArray = PostgresType(rawValue: 1001)
  static let textArray = PostgresType(rawValue: 1009)
  static let int8Array = PostgresType(rawValue: 1016)
  static let float8Array = PostgresType(rawValue: 1022)

  /// Types whose binary form ``PostgresRows`` can read. Others (`numeric`, what `sum` of a bigint gives; `timestamptz`) are to be cast in the statement.
  static let readable: Set<PostgresType> = [
    .bool, .bytes, .name, .int8, .int2, .int4, .text, .float4, .float8, .varchar, .void,
  ]
}
