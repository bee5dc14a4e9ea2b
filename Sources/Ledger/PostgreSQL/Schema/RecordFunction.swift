import CheckoutSession

/// `record` and `mark_published`: steps 3 and 5 of `design/architecture.md`, "Order of writes".
///
/// Inserting under the key of `decision` is the compare-and-set, as in ``RecordTransaction``.
enum RecordFunction {
  /// The SQLSTATE with which `record` says that a claim is not there.
  static let unknownClaim = "CS001"

  static let call = """
    SELECT * FROM record($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
    """
  static let publishCall = "SELECT mark_published($1, $2)"

  /// Returns the decisions that stand where they are not the batch's; a batch that is recorded whole gives no row. No key may stand twice.
  static let create = PostgresFunction.create(
    "record",
    """
    p_id bigint[], p_outcome bigint[], p_attempts bigint[], p_decided_at bigint[], p_session_id text[], p_hosted_url text[],
    p_created_at bigint[], p_url_expires_at bigint[], p_error_code text[], p_error_title text[], p_error_detail text[], p_error_field text[],
    p_error_retryable boolean[], p_first_poll_at bigint[], p_record_key bytea[], p_at bigint
    """,
    returns: "TABLE (ordinal bigint, \(PostgresDecisionColumns.table))", declare: "v_late bigint[]; v_unknown bigint;",
    """
      PERFORM 1 FROM pending p WHERE p.id = ANY (p_id) ORDER BY p.id FOR UPDATE;

      WITH input AS MATERIALIZED (
        SELECT * FROM unnest(p_id, p_outcome, p_attempts, p_decided_at, p_session_id, p_hosted_url, p_created_at, p_url_expires_at, p_error_code,
          p_error_title, p_error_detail, p_error_field, p_error_retryable, p_first_poll_at, p_record_key) WITH ORDINALITY
        AS i (id, outcome, attempts, decided_at, session_id, hosted_url, created_at, url_expires_at, error_code, error_title, error_detail,
          error_field, error_retryable, first_poll_at, record_key, ordinal)
      ), added AS (
        INSERT INTO decision (id, outcome, attempts, decided_at, session_id, session_text, hosted_url, created_at, url_expires_at,
          error_code, error_title, error_detail, error_field, error_retryable)
        SELECT i.id, i.outcome, i.attempts, i.decided_at, i.session_id::uuid, nullif(i.session_id, i.session_id::uuid::text), i.hosted_url,
          i.created_at, i.url_expires_at, i.error_code, i.error_title, i.error_detail, i.error_field, i.error_retryable
        FROM input i WHERE EXISTS (SELECT 1 FROM pending p WHERE p.id = i.id) ORDER BY i.id
        ON CONFLICT (id) DO NOTHING RETURNING id, outcome
      ), watched AS (
        INSERT INTO outstanding (id, due_at, expires_at, status, polls, failures, record_key)
        SELECT i.id, i.first_poll_at, i.url_expires_at, \(LedgerCodes.code(.accepted)), 0, 0, i.record_key
        FROM input i JOIN added a ON a.id = i.id WHERE i.first_poll_at IS NOT NULL AND i.url_expires_at IS NOT NULL RETURNING id
      ), counted AS (
        \(PostgresFunction.tally(from: tallies, at: "p_at"))
      )
      SELECT array_agg(i.id) INTO v_late FROM input i LEFT JOIN added a ON a.id = i.id WHERE a.id IS NULL;
      IF v_late IS NULL THEN RETURN; END IF;

      SELECT l.id INTO v_unknown FROM unnest(v_late) AS l (id) LEFT JOIN decision d ON d.id = l.id WHERE d.id IS NULL LIMIT 1;
      IF FOUND THEN
        RAISE EXCEPTION 'no claim has row %, generation %; was the ledger replaced?', \(GenerationKey.rowSQL("v_unknown")),
          \(GenerationKey.generationSQL("v_unknown")) USING ERRCODE = '\(unknownClaim)';
      END IF;
      UPDATE pending p SET told = true
        FROM unnest(p_id, p_decided_at, p_session_id) AS i (id, decided_at, session_id) JOIN decision d ON d.id = i.id
        WHERE p.id = i.id AND i.id = ANY (v_late) AND (d.decided_at <> i.decided_at OR d.session_id IS DISTINCT FROM i.session_id::uuid);
      RETURN QUERY SELECT i.ordinal, \(PostgresDecisionColumns.select)
        FROM unnest(v_late) AS l (id) JOIN unnest(p_id) WITH ORDINALITY AS i (id, ordinal) ON i.id = l.id JOIN decision d ON d.id = l.id;
    """)

  /// Takes published decisions out of `pending`; one that is undecided, or marked already, is left as it is.
  static let createPublish = PostgresFunction.create(
    "mark_published", "p_id bigint[], p_at bigint", returns: "bigint", declare: "v_count bigint;",
    """
      PERFORM 1 FROM pending p WHERE p.id = ANY (p_id) ORDER BY p.id FOR UPDATE;
      DELETE FROM pending p WHERE p.id = ANY (p_id) AND EXISTS (SELECT 1 FROM decision d WHERE d.id = p.id);
      GET DIAGNOSTICS v_count = ROW_COUNT;
      \(PostgresFunction.tally([(.published, "v_count")], at: "p_at"));
      RETURN v_count;
    """)

  private static let tallies: String = {
    let names = ReplyOutcome.allCases.map { "WHEN \(LedgerCodes.code($0)) THEN '\(Tally($0).name)'" }.joined(separator: " ")
    return """
      (SELECT CASE a.outcome \(names) END, count(*) FROM added a GROUP BY a.outcome
        UNION ALL SELECT '\(Tally.outstanding.name)', count(*) FROM watched) AS u (name, amount)
      """
  }()
}
