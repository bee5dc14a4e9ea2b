/// How one kind of value is written: its name in the reference, what it must look like, and both directions of the conversion.
///
/// One format serves the reader, the error message and the reference, so the three cannot disagree.
struct ValueFormat<Value: Sendable>: Sendable {
  /// Name of the kind in the reference, e.g. `duration`.
  let type: String
  /// The allowed range in the reference, e.g. `1ms to 10m`; empty when the type says it all.
  let range: String
  /// Completes "expected …" in an error message.
  let expected: String
  /// The value of a text; nil when it is not as expected.
  let parse: @Sendable (ConfigurationValue) -> Value?
  /// The text of a value, as it would stand in a file.
  let print: @Sendable (Value) -> String

  /// A format for values written as one text.
  init(
    type: String, range: String = "", expected: String, parse: @escaping @Sendable (String) -> Value?,
    print: @escaping @Sendable (Value) -> String
  ) {
    self.type = type
    self.range = range
    self.expected = expected
    self.parse = { $0.text.flatMap(parse) }
    self.print = print
  }

  /// A format for values written as a list.
  init(
    listType type: String, expected: String, parse: @escaping @Sendable ([String]) -> Value?, print: @escaping @Sendable (Value) -> String
  ) {
    self.type = type
    range = ""
    self.expected = expected
    self.parse = { parse($0.elements) }
    self.print = print
  }
}
