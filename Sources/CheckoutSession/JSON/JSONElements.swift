/// The elements of a JSON array, in order.
public struct JSONElements: Sequence, IteratorProtocol, Sendable {
  private let document: JSONDocument
  private var position: Int
  private let end: Int

  init(_ value: JSONValue) {
    document = value.document
    position = value.index + 1
    end = value.kind == .array ? Int(value.node.next) : position
  }

  /// The next element; nil behind the last.
  public mutating func next() -> JSONValue? {
    guard position < end else { return nil }
    defer { position = Int(document.tape[position].next) }
    return JSONValue(document: document, index: position)
  }
}
