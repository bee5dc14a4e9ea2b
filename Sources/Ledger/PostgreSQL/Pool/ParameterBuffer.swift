/// The parameters of one statement in PostgreSQL's binary form, one after the other in one buffer that is kept for the next statement.
///
/// The forms are those of the server's `…recv` functions: integers and the bits of doubles big endian, texts and bytes as they are, arrays with a header of
/// their dimensions, a flag for nulls and their element type.
struct ParameterBuffer {
  /// Where a parameter stands in ``bytes``.
  struct Slot: Hashable {
    var offset: Int
    /// -1 for null.
    var length: Int
  }

  /// Everything. Never empty: an empty text must have an address, or libpq takes it for null.
  private(set) var bytes: [UInt8] = [0]
  /// One for each parameter.
  private(set) var slots: [Slot] = []

  /// Replaces what it holds.
  mutating func encode(_ parameters: [PostgresParameter]) {
    bytes.removeAll(keepingCapacity: true)
    bytes.append(0)
    slots.removeAll(keepingCapacity: true)
    for parameter in parameters {
      let offset = bytes.count
      let isNull = !append(parameter)
      slots.append(Slot(offset: offset, length: isNull ? -1 : bytes.count - offset))
    }
  }

  /// Appends a value; false for null.
  private mutating func append(_ parameter: PostgresParameter) -> Bool {
    switch parameter {
    case .integer(let value):
      guard let value else { return false }
      append(bigEndian: value)
    case .double(let value):
      guard let value else { return false }
      append(bigEndian: value.bitPattern)
    case .text(let value):
      guard let value else { return false }
      bytes.append(contentsOf: value.utf8)
    case .bytes(let value):
      guard let value else { return false }
      bytes.append(contentsOf: value)
    case .bool(let value):
      guard let value else { return false }
      bytes.append(value ? 1 : 0)
    case .integers(let values): append(values, of: .int8, sizeEach: 8) { $0.append(bigEndian: $1) }
    case .doubles(let values): append(values, of: .float8, sizeEach: 8) { $0.append(bigEndian: $1.bitPattern) }
    case .texts(let values): append(values, of: .text, sizeEach: 24) { $0.bytes.append(contentsOf: $1.utf8) }
    case .byteArrays(let values): append(values, of: .bytes, sizeEach: 24) { $0.bytes.append(contentsOf: $1) }
    case .bools(let values): append(values, of: .bool, sizeEach: 1) { $0.bytes.append($1 ? 1 : 0) }
    }
    return true
  }

  /// - Parameter sizeEach: about how many bytes an element takes, to reserve room once.
  private mutating func append<Element>(
    _ values: [Element?], of type: PostgresType, sizeEach: Int, _ body: (inout ParameterBuffer, Element) -> Void
  ) {
    append(bigEndian: Int32(values.isEmpty ? 0 : 1))
    let flag = bytes.count
    append(bigEndian: Int32(0))
    append(bigEndian: type.rawValue)
    // An array without elements has no dimension.
    guard !values.isEmpty else { return }
    append(bigEndian: Int32(values.count))
    append(bigEndian: Int32(1))
    bytes.reserveCapacity(bytes.count + values.count * (sizeEach + 4))
    for value in values {
      let start = bytes.count
      append(bigEndian: Int32(-1))
      if let value {
        body(&self, value)
        overwrite(at: start, with: Int32(bytes.count - start - 4))
      } else {
        overwrite(at: flag, with: 1)
      }
    }
  }

  private mutating func append(bigEndian value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
  }

  private mutating func overwrite(at offset: Int, with value: Int32) {
    withUnsafeBytes(of: value.bigEndian) { value in
      for index in 0..<4 { bytes[offset + index] = value[index] }
    }
  }
}
