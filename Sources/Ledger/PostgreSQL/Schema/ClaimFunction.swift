import CheckoutSession

/// `claim`: step 1 of `design/architecture.md`, "Order of writes", for a batch in which no identity stands twice.
///
/// New requests, which nearly all are, come first: inserting tells them from the others, and a batch of nothing else is done then. Two workers that insert the
/// same request wait for each other in the index; the second finds it known.
enum ClaimFunction {
  /// What a row of the result says, in its column `verdict`.
  enum Verdict: Int64 {
    case new = 0
    case inDoubt = 1
    case decided = 2
    case conflict = 3
  }

  /// What step 1 of the schema brought. Workers of that version call it as long as they run beside those of the next; now it is ``ReplayingClaimFunction``.
  static let create =
    names(of: "merchant") + names(of: "topic")
    + function(
      """
      p_merchants text[], p_topics text[], p_merchant bigint[], p_request_id text[], p_body_hash bytea[], p_mode bigint[],
      p_transaction_id text[], p_replay_count bigint[], p_topic bigint[], p_partition bigint[], p_offset bigint[], p_at bigint
      """,
      input: input, judgement: judgement)

  /// Merchants and topics are given once each, and by their place (from 1) in each request.
  static func function(_ parameters: String, input: String, judgement: String) -> String {
    PostgresFunction.create(
      "claim", parameters,
      returns: "TABLE (ordinal bigint, verdict bigint, key bigint, \(PostgresDecisionColumns.table))",
      declare: """
        v_merchants integer[]; v_topics integer[]; v_new_ordinals bigint[]; v_new_ids bigint[]; v_known bigint[]; v_ids bigint[];
        v_wanted integer;
        """,
      """
        v_merchants := merchant_ids(p_merchants);
        v_topics := topic_ids(p_topics);

        WITH input AS MATERIALIZED (
          SELECT i.ordinal, v_merchants[i.merchant] AS merchant, i.request_id COLLATE "C" AS request_id, i.body_hash, i.mode, i.transaction_id,
            i.replay_count, v_topics[i.topic] AS topic, i.source_partition, i.source_offset
          FROM \(input)
        ), added AS (
          INSERT INTO request (merchant, request_id, body_hash, mode, merchant_transaction_id, claimed_at, replay_count, generation,
            source_topic, source_partition, source_offset)
          SELECT merchant, request_id, body_hash, mode, transaction_id, p_at, replay_count, 1, topic, source_partition, source_offset
          FROM input ORDER BY merchant, request_id
          ON CONFLICT (merchant, request_id) DO NOTHING RETURNING id, merchant, request_id
        ), started AS (
          INSERT INTO pending (id, claimed_at, claims) SELECT (a.id << 16) | 1, p_at, 1 FROM added a
        )
        SELECT array_agg(i.ordinal) FILTER (WHERE a.id IS NOT NULL), array_agg(a.id) FILTER (WHERE a.id IS NOT NULL),
          array_agg(i.ordinal) FILTER (WHERE a.id IS NULL)
        INTO v_new_ordinals, v_new_ids, v_known
        FROM input i LEFT JOIN added a ON a.merchant = i.merchant AND a.request_id = i.request_id;

        RETURN QUERY SELECT n.ordinal, \(Verdict.new.rawValue)::bigint, (n.id << 16) | 1, \(PostgresDecisionColumns.select)
          FROM unnest(v_new_ordinals, v_new_ids) AS n (ordinal, id) LEFT JOIN decision d ON false;
        IF v_known IS NULL THEN
          \(PostgresFunction.tally([(.identities, "cardinality(v_new_ids)")], at: "p_at"));
          RETURN;
        END IF;

        v_wanted := cardinality(v_known);
        SELECT array_agg(k.ordinal), array_agg(r.id) INTO v_known, v_ids
        FROM unnest(v_known) AS k (ordinal) JOIN \(input) ON i.ordinal = k.ordinal
        JOIN request r ON r.merchant = v_merchants[i.merchant] AND r.request_id = i.request_id;
        PERFORM 1 FROM request r WHERE r.id = ANY (v_ids) ORDER BY r.id FOR NO KEY UPDATE;
        PERFORM 1 FROM pending p
        WHERE p.id = ANY (ARRAY(SELECT \(GenerationKey.ofRequestSQL) FROM request r WHERE r.id = ANY (v_ids))) ORDER BY p.id FOR UPDATE;
        \(judgement)
        -- A request was pruned between the two looks at it: the whole batch is claimed again.
        GET DIAGNOSTICS v_wanted = ROW_COUNT;
        IF v_wanted <> cardinality(p_request_id) - coalesce(cardinality(v_new_ids), 0) THEN
          RAISE EXCEPTION 'a request was pruned while it was claimed' USING ERRCODE = 'serialization_failure';
        END IF;
      """)
  }

  /// What is known, with all locks held. The highest replay count ever claimed is kept whatever comes of the claim.
  private static let judgement = """
    RETURN QUERY
    WITH known AS MATERIALIZED (
      SELECT i.ordinal, r.id, \(GenerationKey.ofRequestSQL) AS key, r.body_hash = i.body_hash AS is_same, i.replay_count > r.replay_count AS is_later,
        d.id IS NOT NULL AS is_decided,
        r.body_hash = i.body_hash AND i.replay_count > r.replay_count AND d.outcome <> \(LedgerCodes.code(ReplyOutcome.created))
          AND r.generation < \(GenerationKey.generationsMax) AS is_reopened,
        i.replay_count, v_topics[i.topic] AS topic, i.source_partition, i.source_offset
      FROM unnest(v_known, v_ids) AS k (ordinal, id) JOIN \(input) ON i.ordinal = k.ordinal JOIN request r ON r.id = k.id
      LEFT JOIN decision d ON d.id = \(GenerationKey.ofRequestSQL)
    ), kept AS (
      UPDATE request r SET replay_count = k.replay_count, source_topic = k.topic, source_partition = k.source_partition,
        source_offset = k.source_offset, generation = r.generation + CASE WHEN k.is_reopened THEN 1 ELSE 0 END
      FROM known k WHERE r.id = k.id AND k.is_same AND k.is_later
    ), again AS (
      UPDATE pending p SET claims = p.claims + 1 FROM known k WHERE p.id = k.key AND k.is_same AND NOT k.is_decided
    ), told AS (
      UPDATE pending p SET told = true FROM known k WHERE p.id = k.key AND k.is_same AND k.is_decided AND NOT k.is_reopened
    ), settled AS (
      DELETE FROM pending p USING known k WHERE p.id = k.key AND k.is_reopened
    ), started AS (
      INSERT INTO pending (id, claimed_at, claims) SELECT k.key + 1, p_at, 1 FROM known k WHERE k.is_reopened
    ), counted AS (
      \(PostgresFunction.tally(
        [(.identities, "coalesce(cardinality(v_new_ids), 0)"), (.inDoubtClaims, "SELECT count(*) FROM known WHERE is_same AND NOT is_decided")],
        at: "p_at"))
    )
    SELECT k.ordinal,
      CASE WHEN NOT k.is_same THEN \(Verdict.conflict.rawValue) WHEN NOT k.is_decided THEN \(Verdict.inDoubt.rawValue)
        WHEN k.is_reopened THEN \(Verdict.new.rawValue) ELSE \(Verdict.decided.rawValue) END::bigint,
      CASE WHEN k.is_reopened THEN k.key + 1 ELSE k.key END, \(PostgresDecisionColumns.select)
    FROM known k LEFT JOIN decision d ON d.id = k.key;
    """

  private static let input = """
    unnest(p_merchant, p_request_id, p_body_hash, p_mode, p_transaction_id, p_replay_count, p_topic, p_partition, p_offset) WITH ORDINALITY
      AS i (merchant, request_id, body_hash, mode, transaction_id, replay_count, topic, source_partition, source_offset, ordinal)
    """

  /// `merchant_ids`, `topic_ids`: the numbers of names, in their order; those that are new are added.
  private static func names(of table: String) -> String {
    PostgresFunction.create(
      "\(table)_ids", "p_names text[]", returns: "integer[]", declare: "v_ids integer[];",
      """
        LOOP
          SELECT array_agg(t.id ORDER BY n.ordinal) INTO v_ids
          FROM unnest(p_names) WITH ORDINALITY AS n (name, ordinal) JOIN \(table) t ON t.name = n.name;
          IF coalesce(cardinality(v_ids), 0) = cardinality(p_names) THEN RETURN v_ids; END IF;
          -- Whoever adds a name at the same moment is waited for, and its number is read in the next round.
          INSERT INTO \(table) (name) SELECT n.name FROM unnest(p_names) AS n (name)
          WHERE NOT EXISTS (SELECT 1 FROM \(table) t WHERE t.name = n.name) ORDER BY n.name ON CONFLICT (name) DO NOTHING;
        END LOOP;
      """)
  }
}
