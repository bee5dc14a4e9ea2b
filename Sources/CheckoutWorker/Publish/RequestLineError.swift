import CheckoutSession

/// Why a line cannot be published. Says what kind of thing stands there, never its content: it may be a customer's data.
struct RequestLineError: Error, Hashable {
  /// Where in the line, from 1, counted in Unicode scalars.
  var column: Int
  /// What is wrong, and what was expected.
  var message: String

  /// An error at a column.
  init(column: Int, message: String) {
    self.column = column
    self.message = message
  }

  /// An error at a value of the line.
  init(_ value: JSONValue, in line: ArraySlice<UInt8>, _ message: String) {
    let before = line.prefix(value.sourceRange.lowerBound)
    self.init(column: before.count { $0 & 0xC0 != 0x80 } + 1, message: message)
  }
}
