import CheckoutSession
import GRDB

/// Claims failed records for a run, in the transaction of `db`.
///
/// The insert under the record's place is the compare-and-set: of two runs that claim it, one inserts, and the other finds its row. What a dead run left
/// passes to who claims it next, in doubt. With its first record the dead run is marked as taken over, in the same transaction: should it only have been
/// frozen, it learns so from its next claim or ``LedgerStore/keepReplay(_:aliveUntil:)``, before it sends again.
struct ReplayClaimTransaction {
  private let run: Int64
  private let attemptsMax: Int?
  private let at: Timestamp
  private let db: Database
  private let insert: RawStatement
  private let replayed: RawStatement
  private let select: RawStatement
  /// Whether what another run has claimed is still its own.
  private var areAlive: [Int64: Bool] = [:]
  /// What this very call has claimed.
  private var held: Set<RecordCoordinate> = []
  /// The name tables, with what this transaction added: to be kept only if it commits.
  private(set) var names: LedgerNames

  /// A transaction of a run that is alive at the time `at`. Throws ``LedgerFailure/Code/replayRunEnded``.
  init(
    _ db: Database, run: Int64, searchFrom: [Int32: Int64], attemptsMax: Int?, at: Timestamp, names: LedgerNames
  ) throws {
    (self.run, self.attemptsMax, self.at, self.names) = (run, attemptsMax, at, names)
    self.db = db
    try ReplayRunTransaction.claim(run, at: at, db)
    insert = try RawStatement(
      db,
      """
      INSERT INTO replay (origin_topic, origin_partition, origin_offset, letter_topic, letter_partition, letter_offset, merchant, request_id,
        action, body_hash, original_hash, failed_count, reason, state, count, run, claimed_at, search_from)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, CASE ?14 WHEN \(Self.claimed) THEN ?18 END)
      ON CONFLICT (origin_topic, origin_partition, origin_offset) DO NOTHING
      """)
    insert.bind(run, at: 16)
    insert.bind(at, at: 17)
    insert.bind(SearchStart.stored(searchFrom), at: 18)
    replayed = try RawStatement(db, "SELECT replay_count FROM request WHERE merchant = ?1 AND request_id = ?2")
    select = try RawStatement(
      db,
      """
      SELECT \(ReplayColumns.select) FROM \(ReplayColumns.from)
      WHERE x.origin_topic = ?1 AND x.origin_partition = ?2 AND x.origin_offset = ?3
      """)
  }

  private static let claimed = LedgerCodes.code(ReplayRecord.State.claimed)

  /// Claims every record and says what came of each, in their order.
  mutating func run(_ claims: [ReplayClaim]) throws -> [ReplayClaimOutcome] {
    var outcomes: [ReplayClaimOutcome] = []
    outcomes.reserveCapacity(claims.count)
    for claim in claims { try outcomes.append(outcome(of: claim)) }
    return outcomes
  }

  private mutating func outcome(of claim: ReplayClaim) throws -> ReplayClaimOutcome {
    let topic = try names.topics.id(of: claim.origin.topic, db)
    let merchant = try names.merchants.id(of: claim.identity.merchantID, db)
    replayed.bind(merchant, at: 1)
    replayed.bind(claim.identity.requestID, at: 2)
    let count = max(claim.replayCount, try replayed.first { Int($0.integer(0)) } ?? 0)
    let isAllowed = !claim.action.isSending || attemptsMax.map { count < $0 } ?? true
    if isAllowed, try insert(claim, topic: topic, merchant: merchant, count: count + 1) {
      held.insert(claim.origin)
      return .claimed(count: claim.action.isSending ? count + 1 : 0)
    }
    select.bind(topic, at: 1)
    select.bind(Int64(claim.origin.partition), at: 2)
    select.bind(claim.origin.offset, at: 3)
    guard let record = try select.first(ReplayRow.read) else { return .overLimit(replayed: count) }
    return try outcome(ofKnown: record, topic: topic)
  }

  private mutating func insert(_ claim: ReplayClaim, topic: Int64, merchant: Int64, count: Int) throws -> Bool {
    insert.bind(topic, at: 1)
    insert.bind(Int64(claim.origin.partition), at: 2)
    insert.bind(claim.origin.offset, at: 3)
    insert.bind(try names.topics.id(of: claim.deadLetter.topic, db), at: 4)
    insert.bind(Int64(claim.deadLetter.partition), at: 5)
    insert.bind(claim.deadLetter.offset, at: 6)
    insert.bind(merchant, at: 7)
    insert.bind(claim.identity.requestID, at: 8)
    insert.bind(LedgerCodes.code(claim.action), at: 9)
    insert.bind(claim.bodyHash?.bytes, at: 10)
    insert.bind(claim.originalHash?.bytes, at: 11)
    insert.bind(Int64(claim.replayCount), at: 12)
    insert.bind(claim.reason, at: 13)
    insert.bind(claim.action.isSending ? Self.claimed : LedgerCodes.code(ReplayRecord.State.dropped), at: 14)
    insert.bind(claim.action.isSending ? Int64(count) : 0, at: 15)
    return try insert.run() == 1
  }

  private mutating func outcome(ofKnown record: ReplayRecord, topic: Int64) throws -> ReplayClaimOutcome {
    guard record.state == .claimed else { return .settled(record) }
    guard held.insert(record.claim.origin).inserted else { return .taken(record) }
    guard record.run != run else { return .inDoubt(record) }
    guard try !isAlive(record.run) else {
      held.remove(record.claim.origin)
      return .taken(record)
    }
    let pass = try RawStatement(
      db,
      """
      UPDATE replay SET run = ?4, claimed_at = ?5 WHERE origin_topic = ?1 AND origin_partition = ?2 AND origin_offset = ?3
      """)
    pass.bind(topic, at: 1)
    pass.bind(Int64(record.claim.origin.partition), at: 2)
    pass.bind(record.claim.origin.offset, at: 3)
    pass.bind(run, at: 4)
    pass.bind(at, at: 5)
    try pass.run()
    var record = record
    (record.run, record.claimedAt) = (run, at)
    return .inDoubt(record)
  }

  /// Whether another run is alive; one that is not is marked as taken over.
  private mutating func isAlive(_ other: Int64) throws -> Bool {
    if let known = areAlive[other] { return known }
    let takeOver = try RawStatement(
      db,
      """
      UPDATE replay_run SET taken_over_by = ?2 WHERE id = ?1 AND ended_at IS NULL AND taken_over_by IS NULL AND alive_until <= ?3
      """)
    takeOver.bind(other, at: 1)
    takeOver.bind(run, at: 2)
    takeOver.bind(at, at: 3)
    try takeOver.run()
    let select = try RawStatement(db, "SELECT 1 FROM replay_run WHERE id = ?1 AND ended_at IS NULL AND taken_over_by IS NULL")
    select.bind(other, at: 1)
    let isAlive = try select.first { _ in true } ?? false
    areAlive[other] = isAlive
    return isAlive
  }
}
