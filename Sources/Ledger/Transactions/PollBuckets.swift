import CheckoutSession
import GRDB

/// How many polls there were in each second of the last minute, by all reconcilers together.
enum PollBuckets {
  private static let secondsMax: Int64 = 60

  /// Counts polls, and forgets what is older than a minute; also what lies further ahead than that, which a clock that was put back leaves.
  static func add(_ polls: Int, at: Timestamp, _ db: Database) throws {
    let second = second(at)
    let add = try RawStatement(
      db, "INSERT INTO poll_count (second, polls) VALUES (?1, ?2) ON CONFLICT (second) DO UPDATE SET polls = polls + excluded.polls")
    add.bind(second, at: 1)
    add.bind(Int64(polls), at: 2)
    try add.run()
    let forget = try RawStatement(db, "DELETE FROM poll_count WHERE second NOT BETWEEN ?1 AND ?2")
    forget.bind(second - secondsMax, at: 1)
    forget.bind(second + secondsMax, at: 2)
    try forget.run()
  }

  /// Polls in the minute that ends now.
  static func lastMinute(_ db: Database, now: Timestamp) throws -> Int {
    let sum = try RawStatement(db, "SELECT coalesce(sum(polls), 0) FROM poll_count WHERE second BETWEEN ?1 AND ?2")
    sum.bind(second(now) - secondsMax + 1, at: 1)
    sum.bind(second(now), at: 2)
    return try sum.first { Int($0.integer(0)) } ?? 0
  }

  private static func second(_ moment: Timestamp) -> Int64 { moment.millisecondsSinceEpoch / 1000 }
}
