import CheckoutSession
import GRDB

/// Version 2 of the schema: what the reconciliation stage needs.
enum OutstandingSchema {
  /// The step from version 1. The sessions whose URL is still there become outstanding, due at once: how they end has not been told to anybody.
  static func migrate(_ db: Database) throws {
    try db.execute(sql: tables)
    for tally in Tally.allCases where !Tally.ofVersion1.contains(tally) {
      try db.execute(sql: "INSERT INTO tally (name, amount) VALUES (?, 0)", arguments: [tally.name])
    }
    try db.execute(
      sql: """
        INSERT INTO outstanding (id, due_at, expires_at, status, polls, failures)
        SELECT id, created_at, url_expires_at, \(LedgerCodes.code(.accepted)), 0, 0 FROM decision WHERE url_expires_at IS NOT NULL;
        UPDATE tally SET amount = (SELECT count(*) FROM outstanding) WHERE name = '\(Tally.outstanding.name)';
        """)
    try db.execute(sql: readableRequest)
    try db.execute(sql: readableOutstanding)
  }

  /// `outstanding` has a row for each session that nobody has told the end of; it has the key of `decision`, and goes when its terminal event is
  /// acknowledged. So it stays as small as what is watched, whatever is kept of the past.
  ///
  /// `due_at` is when the session is to be looked at next. A lease moves it to the lease's end and names itself in `lease`: a
  /// lease that nobody ends runs out without anybody doing anything. `observed_at` is null but for an event that is recorded and not
  /// known to be published; its status and polls are those of the row, which takes no other record until then.
  ///
  /// `outstanding_due` holds all that is asked to find the due sessions nearest their deadline, so that nothing but one range of it is read;
  /// `outstanding_deadline`, which no poll changes, is for the days when nearly all are due. See `DueSessions`. `outstanding_leased` is as small as the
  /// work under way, and finds the leases that a clock which was put back has left far ahead.
  ///
  /// `outstanding_unresolved` holds what a person must look at: few, and counted at the end of each batch run.
  ///
  /// `poll_count` has a row for each second of the last minute in which there were polls, `quota_member` one for each process that sends, and
  /// `quota_pause` one at the most: until when nobody may send, whether the process that was told so is still there or not.
  private static let tables = """
    CREATE TABLE outstanding (
      id INTEGER PRIMARY KEY,
      due_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL,
      status INTEGER NOT NULL,
      polls INTEGER NOT NULL,
      failures INTEGER NOT NULL,
      record_key BLOB,
      observed_at INTEGER,
      lease INTEGER
    ) STRICT;
    CREATE INDEX outstanding_due ON outstanding (due_at, expires_at);
    CREATE INDEX outstanding_deadline ON outstanding (expires_at);
    CREATE INDEX outstanding_leased ON outstanding (due_at) WHERE lease IS NOT NULL;
    CREATE INDEX outstanding_unresolved ON outstanding (status) WHERE status = \(LedgerCodes.code(SessionStatus.unresolved));

    ALTER TABLE decision ADD COLUMN ended_status INTEGER;
    ALTER TABLE decision ADD COLUMN ended_at INTEGER;
    ALTER TABLE decision ADD COLUMN session_expires_at INTEGER;

    CREATE TABLE poll_count (second INTEGER PRIMARY KEY, polls INTEGER NOT NULL) STRICT;

    CREATE TABLE quota_member (
      id INTEGER PRIMARY KEY,
      lane INTEGER NOT NULL,
      demand REAL NOT NULL,
      granted REAL NOT NULL,
      granted_until INTEGER NOT NULL,
      paused_until INTEGER
    ) STRICT;

    CREATE TABLE quota_pause (id INTEGER PRIMARY KEY CHECK (id = 1), paused_until INTEGER NOT NULL) STRICT;
    """

  /// The view of version 1, with how the session ended.
  private static let readableRequest = """
    DROP VIEW readable_request;
    CREATE VIEW readable_request AS
    SELECT r.id, m.name AS merchant, r.request_id, r.generation, \(LedgerCodes.modeSQL("r.mode")) AS mode,
      coalesce(\(LedgerCodes.outcomeSQL("d.outcome")), 'UNDECIDED') AS outcome,
      \(LedgerCodes.statusSQL("d.ended_status")) AS ended, \(sessionID) AS session_id,
      d.error_code, d.error_detail, d.attempts, r.replay_count, r.merchant_transaction_id,
      \(time("r.claimed_at")) AS claimed_at, \(time("d.decided_at")) AS decided_at, \(time("d.ended_at")) AS ended_at,
      d.id IS NOT NULL AND p.id IS NULL AS published,
      t.name || '/' || r.source_partition || '/' || r.source_offset AS source, lower(hex(r.body_hash)) AS body_sha256
    FROM request r JOIN merchant m ON m.id = r.merchant JOIN topic t ON t.id = r.source_topic
    LEFT JOIN decision d ON d.id = \(GenerationKey.ofRequestSQL)
    LEFT JOIN pending p ON p.id = \(GenerationKey.ofRequestSQL);
    """

  /// The outstanding sessions in words, for people with `sqlite3`; without URLs, and without the records' keys, which may name a customer.
  private static let readableOutstanding = """
    CREATE VIEW readable_outstanding AS
    SELECT r.id, m.name AS merchant, r.request_id, \(GenerationKey.generationSQL("o.id")) AS generation,
      \(LedgerCodes.modeSQL("r.mode")) AS mode, \(sessionID) AS session_id, r.merchant_transaction_id,
      \(LedgerCodes.statusSQL("o.status")) AS status, o.observed_at IS NOT NULL AS event_unpublished, o.polls, o.failures,
      \(time("d.created_at")) AS created_at, \(time("o.expires_at")) AS expires_at, \(time("o.due_at")) AS due_at,
      o.lease IS NOT NULL AS leased
    FROM outstanding o JOIN request r ON r.id = \(GenerationKey.rowSQL("o.id")) JOIN merchant m ON m.id = r.merchant
    JOIN decision d ON d.id = o.id;
    """

  /// As the gateway spells it: 8-4-4-4-12 digits, each half of one in the blob's hexadecimal text.
  private static let sessionID: String = {
    let parts = [(1, 8), (9, 4), (13, 4), (17, 4), (21, 12)].map { "substr(hex(d.session_id), \($0.0), \($0.1))" }
    return "CASE typeof(d.session_id) WHEN 'blob' THEN lower(\(parts.joined(separator: " || '-' || "))) ELSE d.session_id END"
  }()

  private static func time(_ column: String) -> String { "datetime(\(column) / 1000, 'unixepoch')" }
}
