import CheckoutSession
import GRDB

/// Step 3 of `design/architecture.md`, "Order of writes": writes what was decided.
///
/// The insert is the compare-and-set. A generation can be decided while it is in `pending` and has no decision; the key of `decision` lets
/// one worker in. Two workers that were both told *in doubt* may both POST; whoever commits first decides, the other reads that decision. A session that
/// is to be watched becomes outstanding in the same transaction: none is ever published and forgotten.
enum RecordTransaction {
  /// What came of each decision, in their order. Throws ``LedgerFailure`` for a key that the ledger does not hold.
  static func run(_ decisions: [NewDecision], _ db: Database) throws -> [RecordedDecision] {
    let insert = try RawStatement(
      db,
      """
      INSERT INTO decision (\(DecisionColumns.insertSQL))
      SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13 WHERE EXISTS (SELECT 1 FROM pending WHERE id = ?1)
      ON CONFLICT (id) DO NOTHING
      """)
    let watch = try RawStatement(
      db,
      """
      INSERT INTO outstanding (id, due_at, expires_at, status, polls, failures, record_key)
      VALUES (?1, ?2, ?3, \(LedgerCodes.code(.accepted)), 0, 0, ?4)
      """)
    var tallies = TallyChanges()
    var results: [RecordedDecision] = []
    results.reserveCapacity(decisions.count)
    for decision in decisions {
      let key = GenerationKey.key(decision.key)
      insert.bind(key, at: 1)
      DecisionColumns.bind(decision.reply, to: insert)
      if try insert.run() == 1 {
        tallies.add(1, to: Tally(decision.reply.outcome))
        if let session = decision.reply.session, let wanted = decision.watch {
          watch.bind(key, at: 1)
          watch.bind(wanted.firstPollAt, at: 2)
          watch.bind(session.expiresAt, at: 3)
          watch.bind(wanted.recordKey, at: 4)
          try watch.run()
          tallies.add(1, to: .outstanding)
        }
        results.append(.recorded)
      } else {
        let stored = try stored(decision.key, db)
        // Our own decision, recorded by a call whose answer was lost: it stands, which is all that the caller wants to know.
        if stored == decision.reply {
          results.append(.recorded)
        } else {
          if stored.outcome == .created { try GenerationStart.tell(decision.key, db) }
          results.append(.superseded(stored))
        }
      }
    }
    try tallies.write(db, at: decisions.map(\.reply.decidedAt).max())
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
