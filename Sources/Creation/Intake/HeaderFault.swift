/// One thing wrong with a request's headers.
struct HeaderFault: Hashable, Sendable {
  /// The header's name.
  var name: String
  /// What was expected and what was there; never the value itself.
  var text: String

  init(_ name: String, _ text: String) {
    self.name = name
    self.text = text
  }

  /// Where replies point at the fault: `headers.<name>`.
  var field: String { "headers.\(name)" }
}
