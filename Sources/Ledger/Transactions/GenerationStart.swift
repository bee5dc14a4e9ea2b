import CheckoutSession
import GRDB

/// Puts generations into `pending`: what claims and renewals have in common.
struct GenerationStart {
  private let db: Database
  private let at: Timestamp
  private let insert: RawStatement

  /// Generations that start at the time `at`.
  init(_ db: Database, at: Timestamp) throws {
    self.db = db
    self.at = at
    insert = try RawStatement(db, "INSERT INTO pending (id, claimed_at, claims) VALUES (?1, ?2, 1)")
  }

  /// Starts a generation that has no row in `pending`.
  func start(_ key: ClaimKey) throws {
    insert.bind(GenerationKey.key(key), at: 1)
    insert.bind(at.millisecondsSinceEpoch, at: 2)
    try insert.run()
  }

  /// Counts another claim of an undecided generation.
  func claimAgain(_ key: ClaimKey) throws {
    let update = try RawStatement(db, "UPDATE pending SET claims = claims + 1 WHERE id = ?1")
    update.bind(GenerationKey.key(key), at: 1)
    try update.run()
  }

  /// Notes that somebody else than who decided it has been given a decision: its reply may be on its way, whether it is ever marked or not.
  static func tell(_ key: ClaimKey, _ db: Database) throws {
    let update = try RawStatement(db, "UPDATE pending SET told = 1 WHERE id = ?1")
    update.bind(GenerationKey.key(key), at: 1)
    try update.run()
  }

  /// Starts the generation after a decided one, if that one is still the present one; nil if somebody was faster.
  ///
  /// The compare is on the generation, inside the write transaction: of two workers that both saw generation 1 decided, the second finds 2.
  /// The old generation's URL is erased, because nothing publishes it any more, and so is its place in `pending`.
  func startNext(after key: ClaimKey) throws -> ClaimKey? {
    let advance = try RawStatement(
      db,
      """
      UPDATE request SET generation = generation + 1
      WHERE id = ?1 AND generation = ?2 AND generation < \(GenerationKey.generationsMax)
      """)
    advance.bind(key.row, at: 1)
    advance.bind(Int64(key.generation), at: 2)
    guard try advance.run() == 1 else { return nil }
    let erase = try RawStatement(db, "UPDATE decision SET hosted_url = NULL, url_expires_at = NULL WHERE id = ?1")
    erase.bind(GenerationKey.key(key), at: 1)
    try erase.run()
    let settle = try RawStatement(db, "DELETE FROM pending WHERE id = ?1")
    settle.bind(GenerationKey.key(key), at: 1)
    try settle.run()
    let next = ClaimKey(row: key.row, generation: key.generation + 1)
    try start(next)
    return next
  }
}
