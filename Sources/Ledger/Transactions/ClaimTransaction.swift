import CheckoutSession
import GRDB

/// Step 1 of `design/architecture.md`, "Order of writes": claims a batch, in its order, in the transaction of `db`.
///
/// An identity that stands twice in the batch is seen twice: the second time it is in doubt, or in conflict, like any later claim.
struct ClaimTransaction {
  private let db: Database
  private let at: Timestamp
  private let insert: RawStatement
  private let select: RawStatement
  private let starting: GenerationStart
  private var tallies = TallyChanges()
  /// The name tables, with what this transaction added: to be kept only if it commits.
  private(set) var names: LedgerNames

  /// A transaction at the time `at`.
  init(_ db: Database, at: Timestamp, names: LedgerNames) throws {
    self.db = db
    self.at = at
    self.names = names
    insert = try RawStatement(
      db,
      """
      INSERT INTO request (merchant, request_id, body_hash, mode, merchant_transaction_id, claimed_at, replay_count, generation,
        source_topic, source_partition, source_offset)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, ?9, ?10) ON CONFLICT (merchant, request_id) DO NOTHING
      """)
    select = try RawStatement(
      db,
      """
      SELECT r.id, r.body_hash, r.replay_count, r.generation, \(DecisionColumns.selectSQL)
      FROM request r LEFT JOIN decision d ON d.id = \(GenerationKey.ofRequestSQL)
      WHERE r.merchant = ?1 AND r.request_id = ?2
      """)
    starting = try GenerationStart(db, at: at)
  }

  /// Claims every request and says what is known about each, in their order.
  mutating func run(_ claims: [RequestClaim]) throws -> [ClaimOutcome] {
    var outcomes: [ClaimOutcome] = []
    outcomes.reserveCapacity(claims.count)
    for claim in claims { try outcomes.append(outcome(of: claim)) }
    try tallies.write(db, at: at)
    return outcomes
  }

  /// Inserting first makes a new request, which nearly all are, one search in the index instead of two.
  private mutating func outcome(of claim: RequestClaim) throws -> ClaimOutcome {
    let merchant = try names.merchants.id(of: claim.identity.merchantID, db)
    let topic = try names.topics.id(of: claim.source.topic, db)
    insert.bind(merchant, at: 1)
    insert.bind(claim.identity.requestID, at: 2)
    insert.bind(claim.bodyHash.bytes, at: 3)
    insert.bind(LedgerCodes.code(claim.mode), at: 4)
    insert.bind(claim.merchantTransactionID, at: 5)
    insert.bind(at.millisecondsSinceEpoch, at: 6)
    insert.bind(Int64(claim.replayCount), at: 7)
    insert.bind(topic, at: 8)
    insert.bind(Int64(claim.source.partition), at: 9)
    insert.bind(claim.source.offset, at: 10)
    guard try insert.run() == 0 else {
      let key = ClaimKey(row: db.lastInsertedRowID, generation: 1)
      try starting.start(key)
      tallies.add(1, to: .identities)
      return .new(key)
    }
    return try outcome(ofKnown: claim, merchant: merchant, topic: topic)
  }

  private mutating func outcome(ofKnown claim: RequestClaim, merchant: Int64, topic: Int64) throws -> ClaimOutcome {
    select.bind(merchant, at: 1)
    select.bind(claim.identity.requestID, at: 2)
    guard let known = try select.first({ try KnownRequest($0) }) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "request_identity: a request is in the index but not in the table")
    }
    guard known.bodyHash == claim.bodyHash.bytes else { return try outcome(ofEdited: claim, known, topic: topic) }
    // The highest count ever claimed is kept whatever comes of the claim: else this very record, delivered again after a decision,
    // would reopen the decision that was made for it.
    let isLaterReplay = claim.replayCount > known.replayCount
    if isLaterReplay { try keepReplay(claim, row: known.key.row, topic: topic) }
    guard let decision = known.decision else {
      try starting.claimAgain(known.key)
      tallies.add(1, to: .inDoubtClaims)
      return .inDoubt(known.key)
    }
    if known.mayBeReopened(by: claim), let key = try starting.startNext(after: known.key) { return .new(key) }
    if decision.outcome == .created { try GenerationStart.tell(known.key, db) }
    return .decided(known.key, decision)
  }

  /// Another body is a conflict, unless ops has edited the very one that the identity stands for. It stands for the edited one from then on, so that the
  /// edited record, delivered again, is no conflict, and the former one, delivered again, is.
  private func outcome(ofEdited claim: RequestClaim, _ known: KnownRequest, topic: Int64) throws -> ClaimOutcome {
    guard claim.replaces?.bytes == known.bodyHash, known.mayBeReopened(by: claim), let key = try starting.startNext(after: known.key) else {
      return .conflict
    }
    try keepReplay(claim, row: known.key.row, topic: topic)
    let update = try RawStatement(db, "UPDATE request SET body_hash = ?2, mode = ?3, merchant_transaction_id = ?4 WHERE id = ?1")
    update.bind(known.key.row, at: 1)
    update.bind(claim.bodyHash.bytes, at: 2)
    update.bind(LedgerCodes.code(claim.mode), at: 3)
    update.bind(claim.merchantTransactionID, at: 4)
    try update.run()
    return .new(key)
  }

  private func keepReplay(_ claim: RequestClaim, row: Int64, topic: Int64) throws {
    let update = try RawStatement(
      db, "UPDATE request SET replay_count = ?2, source_topic = ?3, source_partition = ?4, source_offset = ?5 WHERE id = ?1")
    update.bind(row, at: 1)
    update.bind(Int64(claim.replayCount), at: 2)
    update.bind(topic, at: 3)
    update.bind(Int64(claim.source.partition), at: 4)
    update.bind(claim.source.offset, at: 5)
    try update.run()
  }
}
