import GRDB

/// The tables of the ledger and how they came to be. Migrations are only ever added.
enum LedgerSchema {
  /// What marks a SQLite file as a ledger of ours (`PRAGMA application_id`): "CSWL".
  static let applicationID = 0x4353_574C

  /// Every step from an empty file to the present schema.
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 requests and decisions", foreignKeyChecks: .immediate) { db in
      try db.execute(sql: "PRAGMA application_id = \(applicationID)")
      try db.execute(sql: requestsAndDecisions)
      for tally in Tally.ofVersion1 { try db.execute(sql: "INSERT INTO tally (name, amount) VALUES (?, 0)", arguments: [tally.name]) }
      try db.execute(sql: readableRequest)
    }
    migrator.registerMigration("2 outstanding sessions", foreignKeyChecks: .immediate, migrate: OutstandingSchema.migrate)
    migrator.registerMigration("3 quota by assigned partitions", foreignKeyChecks: .immediate) { db in
      // A process of the version before shares evenly, as it did.
      try db.execute(sql: "ALTER TABLE quota_member ADD COLUMN weight REAL NOT NULL DEFAULT 1")
    }
    migrator.registerMigration("4 who was told of a decision", foreignKeyChecks: .immediate) { db in
      // Of what was decided before, nobody knows who was told.
      try db.execute(
        sql: """
          ALTER TABLE pending ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
          UPDATE pending SET told = 1 WHERE EXISTS (SELECT 1 FROM decision d WHERE d.id = pending.id);
          """)
    }
    migrator.registerMigration("5 replays", foreignKeyChecks: .immediate, migrate: ReplaySchema.migrate)
    return migrator
  }

  /// Names are foreign keys by meaning but not by declaration: checking a parent costs every insert, and all writes are in this target.
  ///
  /// `pending` is the outbox. A row goes in with the claim and out with the publication, so it stays as small as the work under way:
  /// what is undecided or unpublished is found without an index over everything that was ever done. A decision is written once and
  /// appended at the table's end; its reply is published when `pending` no longer has its key.
  ///
  /// `url_expires_at` is null from the moment `hosted_url` is erased: the partial index then holds just the URLs that are still there. Its value goes on in
  /// `session_expires_at` (version 2).
  private static let requestsAndDecisions = """
    CREATE TABLE merchant (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE topic (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

    CREATE TABLE request (
      id INTEGER PRIMARY KEY,
      merchant INTEGER NOT NULL,
      request_id TEXT NOT NULL,
      body_hash BLOB NOT NULL,
      mode INTEGER NOT NULL,
      merchant_transaction_id TEXT,
      claimed_at INTEGER NOT NULL,
      replay_count INTEGER NOT NULL,
      generation INTEGER NOT NULL,
      source_topic INTEGER NOT NULL,
      source_partition INTEGER NOT NULL,
      source_offset INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX request_identity ON request (merchant, request_id);

    CREATE TABLE pending (
      id INTEGER PRIMARY KEY,
      claimed_at INTEGER NOT NULL,
      claims INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE decision (
      id INTEGER PRIMARY KEY,
      outcome INTEGER NOT NULL,
      attempts INTEGER NOT NULL,
      decided_at INTEGER NOT NULL,
      session_id ANY,
      hosted_url TEXT,
      created_at INTEGER,
      url_expires_at INTEGER,
      error_code TEXT,
      error_title TEXT,
      error_detail TEXT,
      error_field TEXT,
      error_retryable INTEGER
    ) STRICT;
    CREATE INDEX decision_with_url ON decision (url_expires_at) WHERE url_expires_at IS NOT NULL;

    CREATE TABLE tally (name TEXT PRIMARY KEY, amount INTEGER NOT NULL, changed_at INTEGER) STRICT, WITHOUT ROWID;
    """

  /// The ledger in words, for people with `sqlite3`; without the URLs, so that a copied line opens nobody's checkout.
  private static let readableRequest = """
    CREATE VIEW readable_request AS
    SELECT r.id, m.name AS merchant, r.request_id, r.generation, \(LedgerCodes.modeSQL("r.mode")) AS mode,
      coalesce(\(LedgerCodes.outcomeSQL("d.outcome")), 'UNDECIDED') AS outcome,
      CASE typeof(d.session_id) WHEN 'blob' THEN lower(hex(d.session_id)) ELSE d.session_id END AS session_id,
      d.error_code, d.error_detail, d.attempts, r.replay_count, r.merchant_transaction_id,
      datetime(r.claimed_at / 1000, 'unixepoch') AS claimed_at, datetime(d.decided_at / 1000, 'unixepoch') AS decided_at,
      d.id IS NOT NULL AND p.id IS NULL AS published,
      t.name || '/' || r.source_partition || '/' || r.source_offset AS source, lower(hex(r.body_hash)) AS body_sha256
    FROM request r JOIN merchant m ON m.id = r.merchant JOIN topic t ON t.id = r.source_topic
    LEFT JOIN decision d ON d.id = \(GenerationKey.ofRequestSQL)
    LEFT JOIN pending p ON p.id = \(GenerationKey.ofRequestSQL);
    """
}
