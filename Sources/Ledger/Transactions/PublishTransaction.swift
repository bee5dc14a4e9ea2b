import CheckoutSession
import GRDB

/// Step 5 of `design/architecture.md`, "Order of writes": takes published decisions out of `pending`.
enum PublishTransaction {
  /// Marks every decided generation among `keys`; one that is undecided, or marked already, is left as it is.
  static func run(_ keys: [ClaimKey], at: Timestamp, _ db: Database) throws {
    let delete = try RawStatement(db, "DELETE FROM pending WHERE id = ?1 AND EXISTS (SELECT 1 FROM decision WHERE id = ?1)")
    var tallies = TallyChanges()
    for key in keys {
      delete.bind(GenerationKey.key(key), at: 1)
      try tallies.add(Int64(delete.run()), to: .published)
    }
    try tallies.write(db, at: at)
  }
}
