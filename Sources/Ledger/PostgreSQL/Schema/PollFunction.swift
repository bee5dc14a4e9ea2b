import CheckoutSession

/// `record_polls` and `publish_events`: what polls changed, and the outbox of their events; see ``PollTransaction`` and ``PublishEventsTransaction``.
enum PollFunction {
  static let call = "SELECT * FROM record_polls($1, $2, $3, $4, $5, $6, $7, $8)"
  static let publishCall = "SELECT publish_events($1, $2, $3, $4)"

  /// `p_moment` is when an event was observed, or when the session is due. Returns the ordinals of those that are *not* recorded. No key may stand twice.
  static let create = PostgresFunction.create(
    "record_polls",
    """
    p_id bigint[], p_status bigint[], p_polls bigint[], p_failures bigint[], p_moment bigint[], p_is_event boolean[], p_token bigint, p_at bigint
    """,
    returns: "TABLE (ordinal bigint)",
    """
      -- What is to be told waits for the disk; see PostgreSQLLedger, "Durability".
      IF NOT coalesce(true = ANY (p_is_event), false) THEN \(PostgresFunction.leavesItToTheServer) END IF;
      PERFORM 1 FROM outstanding o WHERE o.id = ANY (p_id) ORDER BY o.id FOR UPDATE;

      RETURN QUERY
      WITH known AS MATERIALIZED (
        SELECT i.*, o.expires_at, greatest(i.polls - o.polls, 0) AS asked, coalesce(o.lease = p_token AND o.observed_at IS NULL, false) AS stands,
          coalesce(i.is_event AND o.lease = p_token AND o.status = i.status AND o.polls = i.polls AND o.observed_at = i.moment, false) AS stood
        FROM unnest(p_id, p_status, p_polls, p_failures, p_moment, p_is_event) WITH ORDINALITY
          AS i (id, status, polls, failures, moment, is_event, ordinal)
        LEFT JOIN outstanding o ON o.id = i.id
      ), changed AS (
        UPDATE outstanding o SET status = k.status, polls = k.polls, failures = k.failures,
          due_at = CASE WHEN k.is_event THEN o.due_at ELSE k.moment END, lease = CASE WHEN k.is_event THEN o.lease END,
          observed_at = CASE WHEN k.is_event THEN k.moment END
        FROM known k WHERE o.id = k.id AND k.stands
      ), ended AS (
        UPDATE decision d SET hosted_url = NULL, url_expires_at = NULL, ended_status = k.status, ended_at = k.moment,
          session_expires_at = k.expires_at
        FROM known k WHERE d.id = k.id AND k.stands AND k.status IN \(PostgresFunction.terminalStatuses)
      ), counted AS (
        \(PostgresFunction.tally(from: tallies, at: "p_at"))
      ), added AS (
        INSERT INTO poll_count AS c (second, shard, polls) SELECT p_at / 1000, pg_backend_pid() % 64, sum(k.asked) FROM known k
        HAVING sum(k.asked) > 0 ON CONFLICT (second, shard) DO UPDATE SET polls = c.polls + excluded.polls
      ), forgotten AS (
        DELETE FROM poll_count c USING (
          SELECT f.second, f.shard FROM poll_count f WHERE f.second NOT BETWEEN p_at / 1000 - 60 AND p_at / 1000 + 60
          ORDER BY f.second, f.shard FOR UPDATE SKIP LOCKED) AS f
        WHERE c.second = f.second AND c.shard = f.shard
      )
      SELECT k.ordinal FROM known k WHERE NOT k.stands AND NOT k.stood;
    """)

  /// Marks the events that are still their sessions' unpublished ones: clears them, and ends what has ended. No pair of key and status may stand twice.
  static let createPublish = PostgresFunction.create(
    "publish_events", "p_id bigint[], p_status bigint[], p_due_at bigint[], p_token bigint", returns: "void",
    declare: "v_ended bigint; v_others bigint;",
    """
      PERFORM 1 FROM outstanding o WHERE o.id = ANY (p_id) ORDER BY o.id FOR UPDATE;
      DELETE FROM outstanding o USING unnest(p_id, p_status) AS e (id, status)
      WHERE o.id = e.id AND o.status = e.status AND o.observed_at IS NOT NULL AND e.status IN \(PostgresFunction.terminalStatuses);
      GET DIAGNOSTICS v_ended = ROW_COUNT;
      UPDATE outstanding o SET observed_at = NULL,
        due_at = CASE WHEN o.lease = p_token THEN coalesce(e.due_at, o.due_at) ELSE o.due_at END,
        lease = CASE WHEN o.lease = p_token THEN NULL ELSE o.lease END
      FROM unnest(p_id, p_status, p_due_at) AS e (id, status, due_at)
      WHERE o.id = e.id AND o.status = e.status AND o.observed_at IS NOT NULL AND e.status NOT IN \(PostgresFunction.terminalStatuses);
      GET DIAGNOSTICS v_others = ROW_COUNT;
      \(PostgresFunction.tally([(.publishedEvents, "v_ended + v_others"), (.outstanding, "-v_ended")], at: "NULL::bigint"));
    """)

  private static let tallies: String = {
    let names = SessionStatus.allCases.compactMap { status in
      Tally(ended: status).map { "WHEN \(LedgerCodes.code(status)) THEN '\($0.name)'" }
    }
    return """
      (SELECT CASE k.status \(names.joined(separator: " ")) END, count(*) FROM known k
        WHERE k.stands AND k.status IN \(PostgresFunction.terminalStatuses) GROUP BY k.status
        UNION ALL SELECT '\(Tally.polls.name)', sum(k.asked)::bigint FROM known k) AS u (name, amount)
      """
  }()
}
