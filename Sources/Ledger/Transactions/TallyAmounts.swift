import CheckoutSession
import GRDB

/// The tallies as they stand, each with when it last changed. One that the ledger does not have yet is 0.
struct TallyAmounts {
  private var amounts = [Int](repeating: 0, count: Tally.allCases.count)
  private var changes = [Timestamp?](repeating: nil, count: Tally.allCases.count)

  /// Reads all of them.
  init(_ db: Database) throws {
    let tallies = Dictionary(uniqueKeysWithValues: Tally.allCases.map { ($0.name, $0) })
    try RawStatement(db, "SELECT name, amount, changed_at FROM tally").each { row in
      guard let tally = row.text(0).flatMap({ tallies[$0] }) else { return true }
      amounts[tally.rawValue] = Int(row.integer(1))
      changes[tally.rawValue] = row.optionalInteger(2).map(Timestamp.init(millisecondsSinceEpoch:))
      return true
    }
  }

  /// What a tally amounts to.
  subscript(tally: Tally) -> Int { amounts[tally.rawValue] }

  /// When it last changed; nil if it never did.
  func changedAt(_ tally: Tally) -> Timestamp? { changes[tally.rawValue] }
}
