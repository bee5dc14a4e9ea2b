import CheckoutSession

/// The tables of version 1. They are those of SQLite's schema (``LedgerSchema``, ``OutstandingSchema``), where it says what each is for; here is what differs.
///
/// - Ids come of sequences, which never give a number twice: a pruned row's key never comes to mean another request.
/// - `request_claimed` is there for pruning: with many workers, rows do not stand in the very order of their claims.
/// - A session id is a `uuid`; one that the gateway wrote with capitals stands in `session_text` too, as it was written.
/// - `tally` and `poll_count` have a row for each of 64 groups of connections: they are added up when they are read.
/// - `quota_pause` always has its one row, whose lock is what orders grants.
///
/// `pending`, `outstanding` and the counters are small and change all the time: vacuumed early, with room in their pages for new versions of their rows.
enum PostgresTables {
  static let create = """
    CREATE TABLE merchant (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text COLLATE "C" NOT NULL UNIQUE);
    CREATE TABLE topic (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text COLLATE "C" NOT NULL UNIQUE);

    CREATE TABLE request (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      claimed_at bigint NOT NULL,
      source_offset bigint NOT NULL,
      merchant integer NOT NULL,
      replay_count bigint NOT NULL,
      generation integer NOT NULL,
      source_topic integer NOT NULL,
      source_partition integer NOT NULL,
      mode smallint NOT NULL,
      request_id text COLLATE "C" NOT NULL,
      body_hash bytea NOT NULL,
      merchant_transaction_id text
    );
    CREATE UNIQUE INDEX request_identity ON request (merchant, request_id);
    CREATE INDEX request_claimed ON request (claimed_at, id);

    CREATE TABLE pending (
      id bigint PRIMARY KEY,
      claimed_at bigint NOT NULL,
      claims integer NOT NULL,
      told boolean NOT NULL DEFAULT false
    ) WITH (fillfactor = 80, \(busyTable));

    CREATE TABLE decision (
      id bigint PRIMARY KEY,
      decided_at bigint NOT NULL,
      created_at bigint,
      url_expires_at bigint,
      ended_at bigint,
      session_expires_at bigint,
      session_id uuid,
      attempts integer NOT NULL,
      outcome smallint NOT NULL,
      ended_status smallint,
      error_retryable boolean,
      session_text text,
      hosted_url text,
      error_code text,
      error_title text,
      error_detail text,
      error_field text
    );
    CREATE INDEX decision_with_url ON decision (url_expires_at, id) WHERE url_expires_at IS NOT NULL;

    CREATE TABLE outstanding (
      id bigint PRIMARY KEY,
      due_at bigint NOT NULL,
      expires_at bigint NOT NULL,
      observed_at bigint,
      lease bigint,
      polls integer NOT NULL,
      failures integer NOT NULL,
      status smallint NOT NULL,
      record_key bytea
    ) WITH (fillfactor = 70, \(busyTable));
    CREATE INDEX outstanding_due ON outstanding (due_at, expires_at);
    CREATE INDEX outstanding_deadline ON outstanding (expires_at, id);
    CREATE INDEX outstanding_leased ON outstanding (due_at) WHERE lease IS NOT NULL;
    CREATE INDEX outstanding_unresolved ON outstanding (status) WHERE status = \(LedgerCodes.code(SessionStatus.unresolved));

    CREATE TABLE tally (
      name text COLLATE "C" NOT NULL,
      shard integer NOT NULL,
      amount bigint NOT NULL,
      changed_at bigint,
      PRIMARY KEY (name, shard)
    ) WITH (fillfactor = 50, \(busyTable));

    CREATE TABLE poll_count (
      second bigint NOT NULL,
      shard integer NOT NULL,
      polls bigint NOT NULL,
      PRIMARY KEY (second, shard)
    ) WITH (\(busyTable));

    CREATE TABLE quota_member (
      id bigint PRIMARY KEY,
      lane smallint NOT NULL,
      weight double precision NOT NULL,
      demand double precision NOT NULL,
      granted double precision NOT NULL,
      granted_until bigint NOT NULL,
      paused_until bigint
    ) WITH (\(busyTable));

    CREATE TABLE quota_pause (id integer PRIMARY KEY CHECK (id = 1), paused_until bigint);
    INSERT INTO quota_pause (id) VALUES (1);
    """

  static let busyTable = "autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0.05"

  /// The ledger in words, for people with `psql`; without the URLs, so that a copied line opens nobody's checkout, and without the records' keys, which may
  /// name a customer.
  static let views = """
    CREATE VIEW readable_request AS
    SELECT r.id, m.name AS merchant, r.request_id, r.generation, \(mode("r.mode")) AS mode,
      coalesce(\(outcome("d.outcome")), 'UNDECIDED') AS outcome,
      \(status("d.ended_status")) AS ended,
      coalesce(d.session_text, d.session_id::text) AS session_id, d.error_code, d.error_detail, d.attempts, r.replay_count,
      r.merchant_transaction_id, \(time("r.claimed_at")) AS claimed_at, \(time("d.decided_at")) AS decided_at, \(time("d.ended_at")) AS ended_at,
      d.id IS NOT NULL AND p.id IS NULL AS published,
      t.name || '/' || r.source_partition || '/' || r.source_offset AS source, encode(r.body_hash, 'hex') AS body_sha256
    FROM request r JOIN merchant m ON m.id = r.merchant JOIN topic t ON t.id = r.source_topic
    LEFT JOIN decision d ON d.id = \(GenerationKey.ofRequestSQL)
    LEFT JOIN pending p ON p.id = \(GenerationKey.ofRequestSQL);

    CREATE VIEW readable_outstanding AS
    SELECT r.id, m.name AS merchant, r.request_id, \(GenerationKey.generationSQL("o.id")) AS generation,
      \(mode("r.mode")) AS mode, coalesce(d.session_text, d.session_id::text) AS session_id,
      r.merchant_transaction_id, \(status("o.status")) AS status,
      o.observed_at IS NOT NULL AS event_unpublished, o.polls, o.failures, \(time("d.created_at")) AS created_at,
      \(time("o.expires_at")) AS expires_at, \(time("o.due_at")) AS due_at, o.lease IS NOT NULL AS leased
    FROM outstanding o JOIN request r ON r.id = \(GenerationKey.rowSQL("o.id")) JOIN merchant m ON m.id = r.merchant
    JOIN decision d ON d.id = o.id;
    """

  private static func mode(_ column: String) -> String {
    words(column, SessionMode.allCases.map { (LedgerCodes.code($0), $0.rawValue) })
  }

  /// An outcome, for the views.
  static func outcome(_ column: String) -> String {
    words(column, ReplyOutcome.allCases.map { (LedgerCodes.code($0), $0.rawValue) })
  }

  private static func status(_ column: String) -> String {
    words(column, SessionStatus.allCases.map { (LedgerCodes.code($0), $0.rawValue) })
  }

  /// `CASE column WHEN code THEN 'WORD' … END`, for the views.
  static func words(_ column: String, _ words: [(code: Int64, word: String)]) -> String {
    "CASE \(column) " + words.map { "WHEN \($0.code) THEN '\($0.word)' " }.joined() + "ELSE \(column)::text END"
  }

  /// A moment, for the views.
  static func time(_ column: String) -> String { "to_timestamp(\(column) / 1000.0)" }
}
