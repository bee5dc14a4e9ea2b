import CheckoutSession
import GRDB

/// What a transaction adds to the tallies, gathered over its batch and written once before it commits.
struct TallyChanges {
  /// By the tally's raw value: this is added to once a record.
  private var amounts = [Int64](repeating: 0, count: Tally.allCases.count)

  /// Counts `amount` more (or fewer).
  mutating func add(_ amount: Int64, to tally: Tally) { amounts[tally.rawValue] += amount }

  /// Writes the changes; `at` becomes the tally's time, unless it has a later one.
  func write(_ db: Database, at: Timestamp?) throws {
    guard amounts.contains(where: { $0 != 0 }) else { return }
    let update = try RawStatement(
      db, "UPDATE tally SET amount = amount + ?2, changed_at = max(coalesce(changed_at, ?3), coalesce(?3, changed_at)) WHERE name = ?1")
    for tally in Tally.allCases where amounts[tally.rawValue] != 0 {
      update.bind(tally.name, at: 1)
      update.bind(amounts[tally.rawValue], at: 2)
      update.bind(at?.millisecondsSinceEpoch, at: 3)
      try update.run()
    }
  }
}
