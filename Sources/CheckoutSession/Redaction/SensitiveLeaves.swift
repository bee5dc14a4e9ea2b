/// Finds what of a request is about people: the scalars under `customer`, `agent` and every `metadata`, at any depth.
enum SensitiveLeaves {
  /// Calls `body` with every such scalar, in the order of the text. Recursion is bounded by the depth that the reader allows.
  static func forEach(in root: JSONValue, _ body: (JSONValue) -> Void) { visit(root, isSensitive: false, body) }

  private static func visit(_ value: JSONValue, isSensitive: Bool, _ body: (JSONValue) -> Void) {
    switch value.kind {
    case .object:
      for (name, member) in value.members { visit(member, isSensitive: isSensitive || isPersonal(name), body) }
    case .array:
      for element in value.elements { visit(element, isSensitive: isSensitive, body) }
    default:
      if isSensitive { body(value) }
    }
  }

  private static func isPersonal(_ name: JSONValue) -> Bool {
    name.stringEquals("customer") || name.stringEquals("agent") || name.stringEquals("metadata")
  }
}
