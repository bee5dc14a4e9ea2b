import CheckoutSession

/// The tallies as they stand, each added up over its groups of connections, with when it last changed. One that the ledger does not have yet is 0.
struct PostgresTallies {
  private var amounts = [Int](repeating: 0, count: Tally.allCases.count)
  private var changes = [Timestamp?](repeating: nil, count: Tally.allCases.count)

  /// Reads all of them.
  init(_ session: PostgresSession) throws {
    let tallies = Dictionary(uniqueKeysWithValues: Tally.allCases.map { ($0.name, $0) })
    let rows = try session.run("SELECT name, sum(amount)::bigint, max(changed_at) FROM tally GROUP BY name")
    for row in 0..<rows.count {
      guard let tally = rows.text(row, 0).flatMap({ tallies[$0] }) else { continue }
      amounts[tally.rawValue] = Int(rows.integer(row, 1))
      changes[tally.rawValue] = rows.timestamp(row, 2)
    }
  }

  /// What a tally amounts to.
  subscript(tally: Tally) -> Int { amounts[tally.rawValue] }

  /// When it last changed; nil if it never did.
  func changedAt(_ tally: Tally) -> Timestamp? { changes[tally.rawValue] }
}
