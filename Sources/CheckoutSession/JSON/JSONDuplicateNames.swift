/// Finds a member name that an object has twice.
///
/// Few names are compared each with each, which needs no memory and mostly ends at the fingerprint. Many are sorted by their bytes: the
/// work is bounded by the text's length times the logarithm of the count whatever the names are, so that nobody can make it quadratic, as
/// chosen collisions make a hash table.
enum JSONDuplicateNames {
  /// Most members that are compared each with each.
  private static let pairwiseMax = 16

  /// The offset of the first name in `object` (an index of `tape`) that repeats an earlier one; nil if each is there once.
  static func firstRepeated(in object: Int, tape: ContiguousArray<JSONNode>, text: Span<UInt8>) -> Int? {
    let end = Int(tape[object].next)
    return tape[object].extra <= pairwiseMax
      ? firstRepeatedByPairs(from: object + 1, to: end, tape: tape, text: text)
      : firstRepeatedBySorting(from: object + 1, to: end, count: Int(tape[object].extra), tape: tape, text: text)
  }

  private static func firstRepeatedByPairs(from first: Int, to end: Int, tape: ContiguousArray<JSONNode>, text: Span<UInt8>) -> Int? {
    var name = first
    while name < end {
      var earlier = first
      while earlier < name {
        if tape[earlier].extra == tape[name].extra, areEqual(tape[earlier], tape[name], text) { return Int(tape[name].start) }
        earlier = Int(tape[earlier + 1].next)
      }
      name = Int(tape[name + 1].next)
    }
    return nil
  }

  private static func areEqual(_ one: JSONNode, _ other: JSONNode, _ text: Span<UInt8>) -> Bool {
    if one.flags.contains(.escaped) || other.flags.contains(.escaped) { return bytes(of: one, text) == bytes(of: other, text) }
    guard one.end - one.start == other.end - other.start else { return false }
    for offset in 0..<Int(one.end - one.start) where text[Int(one.start) + offset] != text[Int(other.start) + offset] { return false }
    return true
  }

  private static func firstRepeatedBySorting(
    from first: Int, to end: Int, count: Int, tape: ContiguousArray<JSONNode>, text: Span<UInt8>
  ) -> Int? {
    var names: [(bytes: [UInt8], offset: UInt32)] = []
    names.reserveCapacity(count)
    var name = first
    while name < end {
      names.append((bytes(of: tape[name], text), tape[name].start))
      name = Int(tape[name + 1].next)
    }
    names.sort { one, other in
      // Shorter first: cheaper than the alphabet and as good an order.
      if one.bytes.count != other.bytes.count { return one.bytes.count < other.bytes.count }
      if one.bytes == other.bytes { return one.offset < other.offset }
      return one.bytes.lexicographicallyPrecedes(other.bytes)
    }
    var repeated: UInt32?
    for index in names.indices.dropFirst() where names[index].bytes == names[index - 1].bytes {
      repeated = min(repeated ?? .max, names[index].offset)
    }
    return repeated.map(Int.init)
  }

  private static func bytes(of name: JSONNode, _ text: Span<UInt8>) -> [UInt8] {
    JSONText.unescaped(text, from: Int(name.start) + 1, to: Int(name.end) - 1)
  }
}
