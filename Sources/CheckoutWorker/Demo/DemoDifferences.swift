/// What is not as it should be. A broken worker could get everything wrong, so only the first ones are kept.
struct DemoDifferences: Sendable {
  /// At most this many are named.
  static let namedMax = 20

  /// The first ones.
  private(set) var named: [String] = []
  /// All of them.
  private(set) var count = 0

  /// Whether everything is as it should be.
  var isEmpty: Bool { count == 0 }

  /// Adds one.
  mutating func add(_ text: String) {
    count += 1
    if named.count < Self.namedMax { named.append(text) }
  }

  /// Adds all of `others`.
  mutating func add(_ others: DemoDifferences) {
    let room = max(0, Self.namedMax - named.count)
    named += others.named.prefix(room)
    count += others.count
  }
}
