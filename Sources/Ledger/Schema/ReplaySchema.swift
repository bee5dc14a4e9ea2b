import CheckoutSession
import GRDB

/// Version 5 of the schema: what `replay apply` needs.
enum ReplaySchema {
  /// The step from version 4. Of what was replayed before, by hand, nobody has kept a list.
  static func migrate(_ db: Database) throws {
    try db.execute(sql: tables)
    try db.execute(sql: views)
  }

  /// `replay_run` has a row for each `replay apply`; its numbers are never used twice, whatever is pruned. `lease` is for how long, in ms, a claim keeps
  /// it alive; `taken_over_by` ends its life when another run has taken over what it left.
  ///
  /// `replay` has a row for each failed record that was claimed, under its place: inserting is the compare-and-set that lets one run send it. `count` is what
  /// it is sent with, `failed_count` what it had when it failed. `search_from` stands only while it may have been sent without anybody knowing, so it is as
  /// small as the work under way.
  ///
  /// A row of `replay_of_run` ends with the key, so a run's records are read in the order of their places; `replay_claimed` is for pruning.
  private static let tables = """
    CREATE TABLE replay_run (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      plan_hash BLOB NOT NULL,
      user_name TEXT NOT NULL,
      host_name TEXT NOT NULL,
      started_at INTEGER NOT NULL,
      lease INTEGER NOT NULL,
      alive_until INTEGER NOT NULL,
      ended_at INTEGER,
      ending INTEGER,
      taken_over_by INTEGER
    ) STRICT;
    CREATE INDEX replay_run_plan ON replay_run (plan_hash);

    CREATE TABLE replay (
      origin_topic INTEGER NOT NULL,
      origin_partition INTEGER NOT NULL,
      origin_offset INTEGER NOT NULL,
      letter_topic INTEGER NOT NULL,
      letter_partition INTEGER NOT NULL,
      letter_offset INTEGER NOT NULL,
      merchant INTEGER NOT NULL,
      request_id TEXT NOT NULL,
      action INTEGER NOT NULL,
      body_hash BLOB,
      original_hash BLOB,
      failed_count INTEGER NOT NULL,
      reason TEXT,
      run INTEGER NOT NULL,
      state INTEGER NOT NULL,
      count INTEGER NOT NULL,
      claimed_at INTEGER NOT NULL,
      sent_at INTEGER,
      search_from BLOB,
      answered_at INTEGER,
      answer_outcome INTEGER,
      answer_generation INTEGER,
      answer_error TEXT,
      PRIMARY KEY (origin_topic, origin_partition, origin_offset)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX replay_of_run ON replay (run);
    CREATE INDEX replay_claimed ON replay (claimed_at);
    """

  /// Replays in words, for people with `sqlite3`.
  private static let views = """
    CREATE VIEW readable_replay AS
    SELECT ot.name || '/' || x.origin_partition || '/' || x.origin_offset AS origin,
      lt.name || '/' || x.letter_partition || '/' || x.letter_offset AS dead_letter, m.name AS merchant, x.request_id,
      \(LedgerCodes.caseSQL("x.action", LedgerCodes.actionWords)) AS action,
      \(LedgerCodes.caseSQL("x.state", LedgerCodes.replayStateWords)) AS state, x.count, x.run, r.user_name || '@' || r.host_name AS who,
      \(time("x.claimed_at")) AS claimed_at, \(time("x.sent_at")) AS sent_at, \(time("x.answered_at")) AS answered_at,
      \(LedgerCodes.outcomeSQL("x.answer_outcome")) AS outcome, x.answer_generation AS generation, x.answer_error AS error_code, x.reason,
      lower(hex(x.body_hash)) AS body_sha256
    FROM \(ReplayColumns.from) LEFT JOIN replay_run r ON r.id = x.run;

    CREATE VIEW readable_replay_run AS
    SELECT r.id, r.user_name || '@' || r.host_name AS who, lower(hex(r.plan_hash)) AS plan_sha256, \(time("r.started_at")) AS started_at,
      \(time("r.alive_until")) AS alive_until, \(time("r.ended_at")) AS ended_at,
      \(LedgerCodes.caseSQL("r.ending", LedgerCodes.replayEndWords)) AS ending, r.taken_over_by,
      (SELECT count(*) FROM replay x WHERE x.run = r.id) AS records
    FROM replay_run r;
    """

  private static func time(_ column: String) -> String { "datetime(\(column) / 1000, 'unixepoch')" }
}
