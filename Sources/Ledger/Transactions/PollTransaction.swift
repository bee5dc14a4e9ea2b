import CheckoutSession
import GRDB

/// Writes down what polls changed, each only under the lease that the session was polled under.
///
/// The token is the fence. A reconciler that was frozen past its lease's end may find that another has leased the session, polled it, even ended it:
/// its late answer then meets another token, or none, and changes nothing. As long as nobody else has taken the session, a late record is as good as one
/// in time.
///
/// A row with an unpublished event takes no other record, so a terminal status is the last one that a session ever gets.
struct PollTransaction {
  private let db: Database
  private let token: SessionLease.Token
  private let known: RawStatement
  private let due: RawStatement
  private let event: RawStatement
  private let end: RawStatement
  private var tallies = TallyChanges()
  /// How often the gateway was asked: a record also comes of a call that never left.
  private var asked = 0

  private init(_ db: Database, token: SessionLease.Token) throws {
    self.db = db
    self.token = token
    known = try RawStatement(db, "SELECT polls FROM outstanding WHERE id = ?1")
    // Two statements, because naming `due_at` rewrites its index entry even if it stays what it is.
    due = try RawStatement(
      db,
      """
      UPDATE outstanding SET status = ?3, polls = ?4, failures = ?5, due_at = ?6, lease = NULL
      WHERE id = ?1 AND lease = ?2 AND observed_at IS NULL
      """)
    event = try RawStatement(
      db,
      """
      UPDATE outstanding SET status = ?3, polls = ?4, failures = ?5, observed_at = ?6
      WHERE id = ?1 AND lease = ?2 AND observed_at IS NULL
      """)
    end = try RawStatement(
      db,
      """
      UPDATE decision SET hosted_url = NULL, url_expires_at = NULL, ended_status = ?2, ended_at = ?3,
        session_expires_at = (SELECT expires_at FROM outstanding WHERE id = ?1)
      WHERE id = ?1
      """)
  }

  /// Whether each record stands, in their order. Throws ``LedgerFailure`` for a terminal status without an event.
  static func run(_ polls: [PollRecord], under token: SessionLease.Token, at: Timestamp, _ db: Database) throws -> [Bool] {
    var transaction = try PollTransaction(db, token: token)
    let results = try polls.map { try transaction.record($0) }
    transaction.tallies.add(Int64(transaction.asked), to: .polls)
    try PollBuckets.add(transaction.asked, at: at, db)
    try transaction.tallies.write(db, at: at)
    return results
  }

  private mutating func record(_ poll: PollRecord) throws -> Bool {
    let key = GenerationKey.key(poll.key)
    let update: RawStatement
    let moment: Timestamp
    switch poll.next {
    case .poll(let dueAt): (update, moment) = (due, dueAt)
    case .publish(let observedAt): (update, moment) = (event, observedAt)
    }
    if poll.status.isTerminal, case .poll = poll.next {
      throw LedgerFailure(
        code: .unexpected, message: "row \(poll.key.row), generation \(poll.key.generation): \(poll.status.rawValue) without an event",
        isTransient: false)
    }
    known.bind(key, at: 1)
    if let before = try known.first({ Int($0.integer(0)) }) { asked += max(0, poll.polls - before) }
    update.bind(key, at: 1)
    update.bind(token.rawValue, at: 2)
    update.bind(LedgerCodes.code(poll.status), at: 3)
    update.bind(Int64(poll.polls), at: 4)
    update.bind(Int64(poll.failures), at: 5)
    update.bind(moment, at: 6)
    guard try update.run() == 1 else { return try isRecorded(poll) }
    guard let ended = Tally(ended: poll.status) else { return true }
    tallies.add(1, to: ended)
    end.bind(key, at: 1)
    end.bind(LedgerCodes.code(poll.status), at: 2)
    end.bind(moment, at: 3)
    try end.run()
    return true
  }

  /// Whether it is our own event, recorded by a call whose answer was lost: it stands, which is all that the caller wants to know.
  private func isRecorded(_ poll: PollRecord) throws -> Bool {
    guard case .publish(let observedAt) = poll.next else { return false }
    let select = try RawStatement(
      db, "SELECT 1 FROM outstanding WHERE id = ?1 AND lease = ?2 AND status = ?3 AND polls = ?4 AND observed_at = ?5")
    select.bind(GenerationKey.key(poll.key), at: 1)
    select.bind(token.rawValue, at: 2)
    select.bind(LedgerCodes.code(poll.status), at: 3)
    select.bind(Int64(poll.polls), at: 4)
    select.bind(observedAt, at: 5)
    return try select.first { _ in true } ?? false
  }
}
