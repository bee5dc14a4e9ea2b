/// The members of a JSON object in the order of the text; a name that stands there twice comes twice.
public struct JSONMembers: Sequence, IteratorProtocol, Sendable {
  private let document: JSONDocument
  private var position: Int
  private let end: Int

  init(_ value: JSONValue) {
    document = value.document
    position = value.index + 1
    end = value.kind == .object ? Int(value.node.next) : position
  }

  /// The next member: its name (a string value) and its value; nil behind the last.
  public mutating func next() -> (name: JSONValue, value: JSONValue)? {
    guard position < end else { return nil }
    let name = position
    position = Int(document.tape[name + 1].next)
    return (JSONValue(document: document, index: name), JSONValue(document: document, index: name + 1))
  }
}
