import CheckoutSession

/// The tables of step 2 of the schema. They are those of SQLite's (``ReplaySchema``), where it says what each is for.
///
/// A row of `replay` changes three times, from claimed to sent to answered, in columns that no index has: with room in its page it stays where it is.
enum ReplayTables {
  static let create = """
    CREATE TABLE replay_run (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      started_at bigint NOT NULL,
      lease bigint NOT NULL,
      alive_until bigint NOT NULL,
      ended_at bigint,
      taken_over_by bigint,
      ending smallint,
      plan_hash bytea NOT NULL,
      user_name text NOT NULL,
      host_name text NOT NULL
    ) WITH (fillfactor = 70);
    CREATE INDEX replay_run_plan ON replay_run (plan_hash);

    CREATE TABLE replay (
      origin_offset bigint NOT NULL,
      letter_offset bigint NOT NULL,
      run bigint NOT NULL,
      claimed_at bigint NOT NULL,
      sent_at bigint,
      answered_at bigint,
      origin_topic integer NOT NULL,
      origin_partition integer NOT NULL,
      letter_topic integer NOT NULL,
      letter_partition integer NOT NULL,
      merchant integer NOT NULL,
      failed_count bigint NOT NULL,
      count bigint NOT NULL,
      answer_generation integer,
      action smallint NOT NULL,
      state smallint NOT NULL,
      answer_outcome smallint,
      request_id text COLLATE "C" NOT NULL,
      body_hash bytea,
      original_hash bytea,
      reason text,
      search_from bytea,
      answer_error text,
      PRIMARY KEY (origin_topic, origin_partition, origin_offset)
    ) WITH (fillfactor = 70, \(PostgresTables.busyTable));
    CREATE INDEX replay_of_run ON replay (run, origin_topic, origin_partition, origin_offset);
    CREATE INDEX replay_claimed ON replay (claimed_at);
    """

  /// Replays in words, for people with `psql`.
  static let views = """
    CREATE VIEW readable_replay AS
    SELECT ot.name || '/' || x.origin_partition || '/' || x.origin_offset AS origin,
      lt.name || '/' || x.letter_partition || '/' || x.letter_offset AS dead_letter, m.name AS merchant, x.request_id,
      \(PostgresTables.words("x.action", LedgerCodes.actionWords)) AS action,
      \(PostgresTables.words("x.state", LedgerCodes.replayStateWords)) AS state, x.count, x.run, r.user_name || '@' || r.host_name AS who,
      \(PostgresTables.time("x.claimed_at")) AS claimed_at, \(PostgresTables.time("x.sent_at")) AS sent_at,
      \(PostgresTables.time("x.answered_at")) AS answered_at, \(PostgresTables.outcome("x.answer_outcome")) AS outcome,
      x.answer_generation AS generation, x.answer_error AS error_code, x.reason, encode(x.body_hash, 'hex') AS body_sha256
    FROM \(ReplayColumns.from) LEFT JOIN replay_run r ON r.id = x.run;

    CREATE VIEW readable_replay_run AS
    SELECT r.id, r.user_name || '@' || r.host_name AS who, encode(r.plan_hash, 'hex') AS plan_sha256,
      \(PostgresTables.time("r.started_at")) AS started_at, \(PostgresTables.time("r.alive_until")) AS alive_until,
      \(PostgresTables.time("r.ended_at")) AS ended_at, \(PostgresTables.words("r.ending", LedgerCodes.replayEndWords)) AS ending,
      r.taken_over_by, (SELECT count(*) FROM replay x WHERE x.run = r.id) AS records
    FROM replay_run r;
    """
}
