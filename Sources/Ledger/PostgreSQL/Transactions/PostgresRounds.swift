/// Cuts a batch into rounds in which no key stands twice: a set-based statement judges each key once. Nearly every batch is one round.
enum PostgresRounds {
  /// The indexes of `elements` in rounds, each in the batch's order. The n-th of equal keys is in the n-th round.
  static func of<Element, Key: Hashable>(_ elements: [Element], by key: (Element) -> Key) -> [[Int]] {
    var seen: Set<Key> = []
    seen.reserveCapacity(elements.count)
    if elements.allSatisfy({ seen.insert(key($0)).inserted }) { return elements.isEmpty ? [] : [Array(elements.indices)] }
    var counts: [Key: Int] = [:]
    var rounds: [[Int]] = []
    for index in elements.indices {
      let round = counts[key(elements[index]), default: 0]
      counts[key(elements[index])] = round + 1
      if round == rounds.count { rounds.append([]) }
      rounds[round].append(index)
    }
    return rounds
  }

  /// Runs `body` for each round: a single one by itself, which is its own transaction and one round trip; several in one transaction.
  static func run(_ rounds: [[Int]], _ session: PostgresSession, _ body: ([Int]) throws -> Void) throws {
    guard rounds.count > 1 else {
      for round in rounds { try body(round) }
      return
    }
    try session.transaction { _ in
      for round in rounds { try body(round) }
      // A round that may be left to the server must not take along one that may not.
      _ = try session.run("SELECT set_config('synchronous_commit', 'on', true)")
    }
  }
}
