extension JSONDocument {
  /// The index of the member called `name` of the object at `object`; nil if there is none or no object is there. Works on indices, because
  /// a ``JSONValue`` counts references, and most look-ups find nothing.
  func member(_ name: String, of object: Int) -> Int? {
    let node = tape[object]
    guard node.kind == .object, node.extra > 0 else { return nil }
    let wanted = name.utf8.span
    let fingerprint = JSONNode.fingerprint(wanted, from: 0, to: wanted.count)
    var found: Int?
    var position = object + 1
    let end = Int(node.next)
    while position < end {
      let value = position + 1
      if tape[position].extra == fingerprint, contentEquals(tape[position], wanted) {
        if duplicateKeys == .reject { return value }
        if found.map({ tape[$0].kind == .null }) ?? true || tape[value].kind != .null { found = value }
      }
      position = Int(tape[value].next)
    }
    return found
  }

  /// Whether a string or name stands for exactly the bytes `wanted`.
  func contentEquals(_ string: JSONNode, _ wanted: Span<UInt8>) -> Bool {
    let start = Int(string.start) + 1
    let count = Int(string.end) - 1 - start
    if string.flags.contains(.escaped) {
      let content = JSONText.unescaped(bytes.span, from: start, to: start + count)
      guard content.count == wanted.count else { return false }
      for offset in 0..<content.count where content[offset] != wanted[offset] { return false }
      return true
    }
    guard count == wanted.count else { return false }
    let text = bytes.span
    for offset in 0..<count where text[start + offset] != wanted[offset] { return false }
    return true
  }
}
