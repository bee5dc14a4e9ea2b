import CheckoutSession
import GRDB

/// Step 3 of `design/architecture.md`, "Order of writes": writes what was decided.
///
/// The insert is the compare-and-set. A generation can be decided while it is in `pending` and has no decision; the key of `decision` lets
/// one worker in. Two workers that were both told *in doubt* may both POST; whoever commits first decides, the other reads that decision.
enum RecordTransaction {
  /// What came of each decision, in their order. Throws ``LedgerFailure`` for a key that the ledger does not hold.
  static func run(_ decisions: [(ClaimKey, DecidedReply)], _ db: Database) throws -> [RecordedDecision] {
    let insert = try RawStatement(
      db,
      """
      INSERT INTO decision (\(DecisionColumns.insertSQL))
      SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13 WHERE EXISTS (SELECT 1 FROM pending WHERE id = ?1)
      ON CONFLICT (id) DO NOTHING
      """)
    var tallies = TallyChanges()
    var results: [RecordedDecision] = []
    results.reserveCapacity(decisions.count)
    for (key, reply) in decisions {
      insert.bind(GenerationKey.key(key), at: 1)
      DecisionColumns.bind(reply, to: insert)
      if try insert.run() == 1 {
        tallies.add(1, to: Tally(reply.outcome))
        results.append(.recorded)
      } else {
        let stored = try stored(key, db)
        // Our own decision, recorded by a call whose answer was lost: it stands, which is all that the caller wants to know.
        results.append(stored == reply ? .recorded : .superseded(stored))
      }
    }
    try tallies.write(db, at: decisions.map(\.1.decidedAt).max())
    return results
  }

  private static func stored(_ key: ClaimKey, _ db: Database) throws -> DecidedReply {
    let select = try RawStatement(db, "SELECT \(DecisionColumns.selectSQL) FROM decision d WHERE d.id = ?1")
    select.bind(GenerationKey.key(key), at: 1)
    if let stored = try select.first({ try DecisionColumns.read($0, from: 0) }) { return stored }
    throw LedgerFailure(
      code: .unknownClaim, message: "no claim has row \(key.row), generation \(key.generation); was the ledger replaced?",
      isTransient: false)
  }
}
