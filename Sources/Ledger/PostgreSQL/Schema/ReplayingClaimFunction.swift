import CheckoutSession

/// `claim` of step 2 of the schema: what ops has edited, and what ops wants anew; see ``ClaimTransaction`` for the rules.
///
/// It has two more parameters than that of step 1, beside which it stands: a worker of the version before goes on while those of this one are started.
enum ReplayingClaimFunction {
  static let call = "SELECT * FROM claim($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"

  static let create = ClaimFunction.function(
    """
    p_merchants text[], p_topics text[], p_merchant bigint[], p_request_id text[], p_body_hash bytea[], p_mode bigint[],
    p_transaction_id text[], p_replay_count bigint[], p_topic bigint[], p_partition bigint[], p_offset bigint[], p_replaces bytea[],
    p_wants_new boolean[], p_at bigint
    """,
    input: input, judgement: judgement)

  /// What is known, with all locks held. The highest replay count ever claimed is kept whatever comes of the claim, unless that is a conflict.
  private static let judgement = """
    RETURN QUERY
    WITH known AS MATERIALIZED (
      SELECT i.ordinal, r.id, \(GenerationKey.ofRequestSQL) AS key, r.body_hash = i.body_hash AS is_same, i.replay_count > r.replay_count AS is_later,
        d.id IS NOT NULL AS is_decided, coalesce(\(isReopened), false) AS is_reopened,
        i.replay_count, v_topics[i.topic] AS topic, i.source_partition, i.source_offset, i.body_hash, i.mode, i.transaction_id
      FROM unnest(v_known, v_ids) AS k (ordinal, id) JOIN \(input) ON i.ordinal = k.ordinal JOIN request r ON r.id = k.id
      LEFT JOIN decision d ON d.id = \(GenerationKey.ofRequestSQL)
    ), kept AS (
      UPDATE request r SET replay_count = k.replay_count, source_topic = k.topic, source_partition = k.source_partition,
        source_offset = k.source_offset, generation = r.generation + CASE WHEN k.is_reopened THEN 1 ELSE 0 END
      FROM known k WHERE r.id = k.id AND k.is_same AND k.is_later
    ), edited AS (
      UPDATE request r SET replay_count = k.replay_count, source_topic = k.topic, source_partition = k.source_partition,
        source_offset = k.source_offset, generation = r.generation + 1, body_hash = k.body_hash, mode = k.mode,
        merchant_transaction_id = k.transaction_id
      FROM known k WHERE r.id = k.id AND NOT k.is_same AND k.is_reopened
    ), again AS (
      UPDATE pending p SET claims = p.claims + 1 FROM known k WHERE p.id = k.key AND k.is_same AND NOT k.is_decided
    ), told AS (
      UPDATE pending p SET told = true FROM known k WHERE p.id = k.key AND k.is_same AND k.is_decided AND NOT k.is_reopened
    ), settled AS (
      DELETE FROM pending p USING known k WHERE p.id = k.key AND k.is_reopened
    ), started AS (
      INSERT INTO pending (id, claimed_at, claims) SELECT k.key + 1, p_at, 1 FROM known k WHERE k.is_reopened
    ), erased AS (
      UPDATE decision d SET hosted_url = NULL, url_expires_at = NULL FROM known k
      WHERE d.id = k.key AND k.is_reopened AND d.hosted_url IS NOT NULL
    ), counted AS (
      \(PostgresFunction.tally(
        [(.identities, "coalesce(cardinality(v_new_ids), 0)"), (.inDoubtClaims, "SELECT count(*) FROM known WHERE is_same AND NOT is_decided")],
        at: "p_at"))
    )
    SELECT k.ordinal,
      CASE WHEN k.is_reopened THEN \(Verdict.new.rawValue) WHEN NOT k.is_same THEN \(Verdict.conflict.rawValue)
        WHEN NOT k.is_decided THEN \(Verdict.inDoubt.rawValue) ELSE \(Verdict.decided.rawValue) END::bigint,
      CASE WHEN k.is_reopened THEN k.key + 1 ELSE k.key END, \(PostgresDecisionColumns.select)
    FROM known k LEFT JOIN decision d ON d.id = k.key;
    """

  private typealias Verdict = ClaimFunction.Verdict

  /// Null while nobody has decided.
  private static let isReopened = """
    i.replay_count > r.replay_count AND r.generation < \(GenerationKey.generationsMax) AND (r.body_hash = i.body_hash OR r.body_hash = i.replaces)
      AND (d.outcome <> \(LedgerCodes.code(ReplyOutcome.created)) OR i.wants_new AND d.ended_status IN \(PostgresFunction.terminalStatuses))
    """

  private static let input = """
    unnest(p_merchant, p_request_id, p_body_hash, p_mode, p_transaction_id, p_replay_count, p_topic, p_partition, p_offset, p_replaces, p_wants_new)
      WITH ORDINALITY AS i (merchant, request_id, body_hash, mode, transaction_id, replay_count, topic, source_partition, source_offset, replaces,
        wants_new, ordinal)
    """
}
