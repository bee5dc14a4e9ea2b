import CheckoutSession

/// `claim_replays`: claims failed records for a run, for a batch in which no origin stands twice; see ``ReplayClaimTransaction`` for the rules.
///
/// Two runs that insert the same record wait for each other in the index; the second finds it known. What is known is locked, and then the runs that it belongs
/// to, the caller's with them: whoever judges that a run is dead holds its row, so that it cannot come to life in between, and marks it as taken over before
/// letting go. (The run's own row comes no earlier: who holds it already could wait in a circle with who has locked a record of the run.)
enum ReplayClaimFunction {
  /// What a row of the result says, in its column `verdict`.
  enum Verdict: Int64 {
    case claimed = 0
    case inDoubt = 1
    case taken = 2
    case settled = 3
    case overLimit = 4
  }

  /// The SQLSTATE with which `claim_replays` says that the run is not alive.
  static let runEnded = "CS002"

  static let call = "SELECT * FROM claim_replays($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)"

  /// Topics and merchants are given once each, and by their place (from 1) in each claim. Returns ordinal, verdict, the count to send with (over the limit: that
  /// it was replayed with), and what stands there if it did before.
  static let create = PostgresFunction.create(
    "claim_replays",
    """
    p_topics text[], p_merchants text[], p_topic bigint[], p_partition bigint[], p_offset bigint[], p_letter_topic bigint[],
    p_letter_partition bigint[], p_letter_offset bigint[], p_merchant bigint[], p_request_id text[], p_action bigint[], p_body_hash bytea[],
    p_original_hash bytea[], p_failed_count bigint[], p_reason text[], p_search_from bytea, p_run bigint, p_attempts_max bigint, p_at bigint
    """,
    returns: "TABLE (ordinal bigint, verdict bigint, sends bigint, \(PostgresReplayColumns.table))",
    declare: """
      v_merchants integer[]; v_topics integer[]; v_replayed bigint[]; v_added bigint[]; v_over bigint[]; v_known bigint[]; v_rows integer;
      v_passing bigint[];
      """,
    """
      v_merchants := merchant_ids(p_merchants);
      v_topics := topic_ids(p_topics);
      v_replayed := ARRAY(SELECT greatest(i.failed_count, r.replay_count) FROM \(input)
        LEFT JOIN request r ON r.merchant = v_merchants[i.merchant] AND r.request_id = i.request_id ORDER BY i.ordinal);
      LOOP
        WITH added AS (
          INSERT INTO replay (origin_topic, origin_partition, origin_offset, letter_topic, letter_partition, letter_offset, merchant, request_id,
            action, body_hash, original_hash, failed_count, reason, state, count, run, claimed_at, search_from)
          SELECT v_topics[i.topic], i.origin_partition, i.origin_offset, v_topics[i.letter_topic], i.letter_partition, i.letter_offset,
            v_merchants[i.merchant], i.request_id, i.action, i.body_hash, i.original_hash, i.failed_count, i.reason,
            CASE WHEN \(isSending) THEN \(claimed) ELSE \(dropped) END, CASE WHEN \(isSending) THEN v_replayed[i.ordinal] + 1 ELSE 0 END, p_run, p_at,
            CASE WHEN \(isSending) THEN p_search_from END
          FROM \(input)
          WHERE (NOT \(isSending) OR p_attempts_max IS NULL OR v_replayed[i.ordinal] < p_attempts_max)
            AND (v_added IS NULL OR NOT i.ordinal = ANY (v_added))
          ORDER BY v_topics[i.topic], i.origin_partition, i.origin_offset
          ON CONFLICT (origin_topic, origin_partition, origin_offset) DO NOTHING RETURNING origin_topic, origin_partition, origin_offset
        )
        SELECT coalesce(v_added, '{}') || coalesce(array_agg(i.ordinal), '{}') INTO v_added FROM added a
        JOIN \(input) ON v_topics[i.topic] = a.origin_topic AND i.origin_partition = a.origin_partition AND i.origin_offset = a.origin_offset;
        EXIT WHEN cardinality(v_added) = cardinality(p_offset);

        v_known := ARRAY(SELECT i.ordinal FROM \(input) JOIN replay x ON \(isAt)
          WHERE NOT i.ordinal = ANY (v_added) ORDER BY x.origin_topic, x.origin_partition, x.origin_offset FOR UPDATE OF x);
        v_over := ARRAY(SELECT i.ordinal FROM \(input)
          WHERE \(isSending) AND p_attempts_max IS NOT NULL AND v_replayed[i.ordinal] >= p_attempts_max AND NOT i.ordinal = ANY (v_known));
        -- One that another run gave back between the two looks at it is inserted in the next round.
        EXIT WHEN cardinality(v_added) + cardinality(v_known) + cardinality(v_over) = cardinality(p_offset);
      END LOOP;

      PERFORM 1 FROM replay_run r WHERE r.id = p_run OR r.id = ANY (ARRAY(
        SELECT x.run FROM \(input) JOIN replay x ON \(isAt) WHERE i.ordinal = ANY (v_known) AND x.state = \(claimed)))
      ORDER BY r.id FOR NO KEY UPDATE;
      UPDATE replay_run r SET alive_until = greatest(r.alive_until, p_at + r.lease) WHERE r.id = p_run AND \(isOpen);
      GET DIAGNOSTICS v_rows = ROW_COUNT;
      IF v_rows = 0 THEN RAISE EXCEPTION 'replay run % is not alive', p_run USING ERRCODE = '\(runEnded)'; END IF;

      RETURN QUERY SELECT i.ordinal, \(Verdict.claimed.rawValue)::bigint,
        CASE WHEN \(isSending) THEN v_replayed[i.ordinal] + 1 ELSE 0 END, \(PostgresReplayColumns.nothing)
      FROM \(input) WHERE i.ordinal = ANY (v_added)
      UNION ALL SELECT i.ordinal, \(Verdict.overLimit.rawValue), v_replayed[i.ordinal], \(PostgresReplayColumns.nothing)
      FROM \(input) WHERE i.ordinal = ANY (v_over);
      IF v_known IS NULL THEN RETURN; END IF;
      \(judgement)
    """)

  /// What is known, with all locks held.
  private static let judgement = """
    v_passing := ARRAY(SELECT i.ordinal FROM \(input) JOIN replay x ON \(isAt) LEFT JOIN replay_run r ON r.id = x.run
      WHERE i.ordinal = ANY (v_known) AND x.state = \(claimed) AND x.run <> p_run
        AND (r.id IS NULL OR NOT (\(isOpen)) OR r.alive_until <= p_at));
    UPDATE replay_run r SET taken_over_by = p_run
    WHERE \(isOpen) AND r.id = ANY (ARRAY(SELECT x.run FROM \(input) JOIN replay x ON \(isAt) WHERE i.ordinal = ANY (v_passing)));
    UPDATE replay x SET run = p_run, claimed_at = p_at FROM \(input) WHERE \(isAt) AND i.ordinal = ANY (v_passing);
    RETURN QUERY SELECT i.ordinal,
      CASE WHEN x.state <> \(claimed) THEN \(Verdict.settled.rawValue) WHEN x.run = p_run THEN \(Verdict.inDoubt.rawValue)
        ELSE \(Verdict.taken.rawValue) END::bigint, x.count, \(ReplayColumns.select)
    FROM \(input) JOIN (\(ReplayColumns.from)) ON \(isAt) WHERE i.ordinal = ANY (v_known);
    """

  private static let input = """
    unnest(p_topic, p_partition, p_offset, p_letter_topic, p_letter_partition, p_letter_offset, p_merchant, p_request_id, p_action, p_body_hash,
      p_original_hash, p_failed_count, p_reason) WITH ORDINALITY AS i (topic, origin_partition, origin_offset, letter_topic, letter_partition,
      letter_offset, merchant, request_id, action, body_hash, original_hash, failed_count, reason, ordinal)
    """
  private static let isAt = ReplayProgressFunction.isAt
  private static let isOpen = "r.ended_at IS NULL AND r.taken_over_by IS NULL"
  private static let isSending = "i.action <> \(LedgerCodes.code(ReplayAction.drop))"
  private static let claimed = LedgerCodes.code(ReplayRecord.State.claimed)
  private static let dropped = LedgerCodes.code(ReplayRecord.State.dropped)
}
