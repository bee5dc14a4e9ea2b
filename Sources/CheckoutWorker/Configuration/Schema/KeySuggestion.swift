/// "Did you mean …" for a key that does not exist.
enum KeySuggestion {
  /// The candidate that `key` was most likely meant to be; nil when none is near.
  ///
  /// Near is: the same but for letter case; the end or the start of exactly one
  /// candidate (`batch.linger`, `kafka.group`); or few edits away for its length.
  static func suggestion(for key: String, among candidates: some Sequence<String>) -> String? {
    let sorted = candidates.sorted()
    if let same = sorted.first(where: { $0.lowercased() == key.lowercased() }) { return same }
    let ends = sorted.filter { $0.lowercased().hasSuffix("." + key.lowercased()) }
    if ends.count == 1 { return ends[0] }
    let starts = sorted.filter { $0.lowercased().hasPrefix(key.lowercased()) }
    if starts.count == 1 { return starts[0] }
    let limit = max(1, min(4, key.count / 4))
    let nearest = sorted.map { (key: $0, distance: distance(key, $0, limit: limit)) }.min { $0.distance < $1.distance }
    return nearest.flatMap { $0.distance <= limit ? $0.key : nil }
  }

  /// Edits (insert, delete, replace, letter case not counted) from one text to the other; `limit + 1` when there are more than `limit`.
  static func distance(_ left: String, _ right: String, limit: Int) -> Int {
    let left = Array(left.lowercased().prefix(256))
    let right = Array(right.lowercased().prefix(256))
    guard abs(left.count - right.count) <= limit else { return limit + 1 }
    var previous = Array(0...right.count)
    for (row, character) in left.enumerated() {
      var current = [row + 1]
      for (column, other) in right.enumerated() {
        let replaced = previous[column] + (character == other ? 0 : 1)
        current.append(min(replaced, previous[column + 1] + 1, current[column] + 1))
      }
      previous = current
    }
    return min(previous.last ?? 0, limit + 1)
  }
}
