import CheckoutSession
import GRDB

/// A ledger of version 1 of the schema: what `sqlite3 .dump` says of a file that the program of that version wrote, cut down to five requests.
///
/// request-1 is created and published, request-2 created only, request-3 created, published and its URL erased, request-4 failed, request-5
/// undecided and in doubt.
enum VersionOneFile {
  /// When everything in it happened.
  static let writtenAt = Timestamp(millisecondsSinceEpoch: 1_780_000_000_500)

  /// Writes the file.
  static func write(_ path: String) throws {
    let database = try DatabaseQueue(path: path)
    try database.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA journal_mode = WAL")
      try db.execute(sql: dump)
      try db.execute(sql: "PRAGMA application_id = 1129535308")
    }
    try database.close()
  }

  // swift-format-ignore
  private static let dump = """
    CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
    INSERT INTO grdb_migrations VALUES('1 requests and decisions');
    CREATE TABLE merchant (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    INSERT INTO merchant VALUES(1,'merchant-0');
    INSERT INTO merchant VALUES(2,'merchant-1');
    CREATE TABLE topic (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    INSERT INTO topic VALUES(1,'checkout.session-requests');
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
    INSERT INTO request VALUES(1,2,'request-1',X'95035294f2065da4d5aebfbee6b7dcf2751d0760e899d5915011351f0743755e',1,'order-1',1780000000500,0,1,1,0,0);
    INSERT INTO request VALUES(2,1,'request-2',X'55431141408422398c1133caaad76eef4108245b354b01bab0ba168646aabeb3',1,'order-2',1780000000500,0,1,1,1,1);
    INSERT INTO request VALUES(3,2,'request-3',X'bd66ca5bf26c029d2f4e3c1bfddd84c353fa5af4025a17c773d01e75770ccb98',1,'order-3',1780000000500,0,1,1,2,2);
    INSERT INTO request VALUES(4,1,'request-4',X'00625a5f62b843d4e9f69e1dd94d502279634ef6364e0d2f6c090566f7fc01d5',1,'order-4',1780000000500,0,1,1,3,3);
    INSERT INTO request VALUES(5,2,'request-5',X'aede7dfc7a9258a57fc259b012d5ab5f6f8b1c893a0193ed79deb25c39cbc343',1,'order-5',1780000000500,0,1,1,4,4);
    CREATE TABLE pending (
      id INTEGER PRIMARY KEY,
      claimed_at INTEGER NOT NULL,
      claims INTEGER NOT NULL
    ) STRICT;
    INSERT INTO pending VALUES(131073,1780000000500,1);
    INSERT INTO pending VALUES(327681,1780000000500,2);
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
    INSERT INTO decision VALUES(65537,1,1,1780000000500,X'233277571568e7969109e2ba6f4b6cc5','https://hcp.stage.example.com/checkout/session/23327757-1568-e796-9109-e2ba6f4b6cc5',1780000000500,1780000900500,NULL,NULL,NULL,NULL,NULL);
    INSERT INTO decision VALUES(131073,1,1,1780000000500,X'2f7024d22db796e9a17ae3743de1eec9','https://hcp.stage.example.com/checkout/session/2f7024d2-2db7-96e9-a17a-e3743de1eec9',1780000000500,1780000900500,NULL,NULL,NULL,NULL,NULL);
    INSERT INTO decision VALUES(196609,1,1,1780000000500,X'8825cb0e21d9605ba46b723506821ff5',NULL,1780000000500,NULL,NULL,NULL,NULL,NULL,NULL);
    INSERT INTO decision VALUES(262145,4,5,1780000000500,NULL,NULL,NULL,NULL,'GATEWAY_UNAVAILABLE','Gave up','5 attempts, the last: 503',NULL,1);
    CREATE TABLE tally (name TEXT PRIMARY KEY, amount INTEGER NOT NULL, changed_at INTEGER) STRICT, WITHOUT ROWID;
    INSERT INTO tally VALUES('CREATED',3,1780000000500);
    INSERT INTO tally VALUES('EXPIRED',0,NULL);
    INSERT INTO tally VALUES('FAILED',1,1780000000500);
    INSERT INTO tally VALUES('IDENTITIES',5,1780000000500);
    INSERT INTO tally VALUES('IN_DOUBT_CLAIMS',1,1780000000500);
    INSERT INTO tally VALUES('PUBLISHED',3,1780000000500);
    INSERT INTO tally VALUES('REJECTED',0,NULL);
    CREATE UNIQUE INDEX request_identity ON request (merchant, request_id);
    CREATE INDEX decision_with_url ON decision (url_expires_at) WHERE url_expires_at IS NOT NULL;
    CREATE VIEW readable_request AS
    SELECT r.id, m.name AS merchant, r.request_id, r.generation, CASE r.mode WHEN 2 THEN 'PAYMENT_WITH_WALLET' WHEN 3 THEN 'PAYMENT_METHOD_ENTRY' WHEN 1 THEN 'PAYMENT' WHEN 4 THEN 'PAYMENT_METHOD_SELECT' WHEN 5 THEN 'PAYMENT_METHOD_DISPLAY' ELSE r.mode END AS mode,
      coalesce(CASE d.outcome WHEN 1 THEN 'CREATED' WHEN 2 THEN 'REJECTED' WHEN 3 THEN 'EXPIRED' WHEN 4 THEN 'FAILED' ELSE d.outcome END, 'UNDECIDED') AS outcome,
      CASE typeof(d.session_id) WHEN 'blob' THEN lower(hex(d.session_id)) ELSE d.session_id END AS session_id,
      d.error_code, d.error_detail, d.attempts, r.replay_count, r.merchant_transaction_id,
      datetime(r.claimed_at / 1000, 'unixepoch') AS claimed_at, datetime(d.decided_at / 1000, 'unixepoch') AS decided_at,
      d.id IS NOT NULL AND p.id IS NULL AS published,
      t.name || '/' || r.source_partition || '/' || r.source_offset AS source, lower(hex(r.body_hash)) AS body_sha256
    FROM request r JOIN merchant m ON m.id = r.merchant JOIN topic t ON t.id = r.source_topic
    LEFT JOIN decision d ON d.id = ((r.id << 16) | r.generation)
    LEFT JOIN pending p ON p.id = ((r.id << 16) | r.generation);
    """
}
