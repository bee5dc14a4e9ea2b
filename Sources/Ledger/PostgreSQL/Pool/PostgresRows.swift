/// What a statement gave: its rows, in libpq's memory, read by index. Good as long as it is held.
///
/// A column read as what it is not (a text as an integer) reads as 0, empty or nil, and stops a debug build.
struct PostgresRows {
  private let result: PostgresResult
  /// The rows.
  let count: Int

  init(_ result: PostgresResult) {
    self.result = result
    count = result.rowCount
  }

  /// How many rows an INSERT, UPDATE or DELETE changed, or a SELECT gave.
  var changedCount: Int { result.changedCount }

  /// Whether a value is null.
  func isNull(_ row: Int, _ column: Int) -> Bool { result.isNull(row, column) }

  /// A `smallint`, `integer` or `bigint`; 0 for null.
  func integer(_ row: Int, _ column: Int) -> Int64 {
    result.withBytes(row, column) { bytes in
      switch bytes.count {
      case 8: Int64(bigEndian: bytes.loadUnaligned(as: Int64.self))
      case 4: Int64(Int32(bigEndian: bytes.loadUnaligned(as: Int32.self)))
      case 2: Int64(Int16(bigEndian: bytes.loadUnaligned(as: Int16.self)))
      default: mismatch(row, column, 0)
      }
    }
  }

  /// A `smallint`, `integer` or `bigint`; nil for null.
  func optionalInteger(_ row: Int, _ column: Int) -> Int64? { isNull(row, column) ? nil : integer(row, column) }

  /// A `double precision` or `real`; 0 for null.
  func double(_ row: Int, _ column: Int) -> Double {
    result.withBytes(row, column) { bytes in
      switch bytes.count {
      case 8: Double(bitPattern: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)))
      case 4: Double(Float(bitPattern: UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self))))
      default: mismatch(row, column, 0)
      }
    }
  }

  /// A `double precision` or `real`; nil for null.
  func optionalDouble(_ row: Int, _ column: Int) -> Double? { isNull(row, column) ? nil : double(row, column) }

  /// A `text`; nil for null.
  func text(_ row: Int, _ column: Int) -> String? {
    isNull(row, column) ? nil : result.withBytes(row, column) { String(decoding: $0, as: UTF8.self) }
  }

  /// A `bytea`; nil for null.
  func bytes(_ row: Int, _ column: Int) -> [UInt8]? {
    isNull(row, column) ? nil : result.withBytes(row, column) { Array($0) }
  }

  /// A `boolean`; false for null.
  func bool(_ row: Int, _ column: Int) -> Bool {
    result.withBytes(row, column) { bytes in bytes.count == 1 ? bytes[0] != 0 : mismatch(row, column, false) }
  }

  /// Null gives `value`, anything else is a defect of this program.
  private func mismatch<Value>(_ row: Int, _ column: Int, _ value: Value) -> Value {
    assert(isNull(row, column), "column \(column) has the type \(result.type(column).rawValue)")
    return value
  }
}
