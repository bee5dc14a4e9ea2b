import CheckoutSession

/// `prune` and `erase_urls`: forgetting in steps. Both pass over what somebody works on at this moment; the next sweep finds it again.
enum UpkeepFunction {
  static let pruneCall = "SELECT prune($1, $2)"
  static let eraseCall = "SELECT erase_urls($1, $2)"

  /// The identities that pruning may forget: a condition on `r`, `d` and `p` of ``prunableFrom``; parameter `before` is SQL for the cutoff.
  static func prunable(before: String) -> String {
    """
    r.claimed_at < \(before) AND coalesce(d.decided_at, p.claimed_at, r.claimed_at) < \(before)
      AND NOT EXISTS (SELECT 1 FROM outstanding o WHERE o.id BETWEEN \(GenerationKey.ofAnyGenerationSQL))
    """
  }

  static let prunableFrom = """
    request r LEFT JOIN decision d ON d.id = \(GenerationKey.ofRequestSQL) LEFT JOIN pending p ON p.id = \(GenerationKey.ofRequestSQL)
    """

  /// As step 1 of the schema makes them: there nothing is kept of when an erased URL ends.
  static let createFirst = prune + erase(alsoSets: "", replaces: false)

  static let createErase = erase(alsoSets: ", session_expires_at = d.url_expires_at", replaces: true)

  /// Judges twice: between choosing a request and locking its rows of `pending` a worker may have decided it.
  private static let prune = PostgresFunction.create(
    "prune", "p_before bigint, p_limit bigint", returns: "bigint", declare: "v_rows bigint[];",
    """
      IF p_limit <= 0 THEN RETURN 0; END IF;
      v_rows := ARRAY(SELECT r.id FROM \(prunableFrom) WHERE \(prunable(before: "p_before"))
        ORDER BY r.claimed_at, r.id LIMIT p_limit FOR UPDATE OF r SKIP LOCKED);
      PERFORM 1 FROM unnest(v_rows) AS r (id) JOIN pending p ON p.id BETWEEN \(GenerationKey.ofAnyGenerationSQL) ORDER BY p.id FOR UPDATE OF p;
      v_rows := ARRAY(SELECT r.id FROM \(prunableFrom) WHERE r.id = ANY (v_rows) AND \(prunable(before: "p_before")));

      DELETE FROM pending p USING unnest(v_rows) AS r (id) WHERE p.id BETWEEN \(GenerationKey.ofAnyGenerationSQL);
      WITH deleted AS (
        DELETE FROM decision d USING unnest(v_rows) AS r (id) WHERE d.id BETWEEN \(GenerationKey.ofAnyGenerationSQL) RETURNING d.outcome
      )
      \(PostgresFunction.tally(from: tallies, at: "NULL::bigint"));
      DELETE FROM request r WHERE r.id = ANY (v_rows);
      RETURN cardinality(v_rows);
    """)

  private static func erase(alsoSets: String, replaces: Bool) -> String {
    PostgresFunction.create(
      "erase_urls", "p_before bigint, p_limit bigint", returns: "bigint", declare: "v_count bigint;", replaces: replaces,
      """
        UPDATE decision d SET hosted_url = NULL, url_expires_at = NULL\(alsoSets) WHERE d.id = ANY (ARRAY(
          SELECT e.id FROM decision e WHERE e.url_expires_at < p_before ORDER BY e.url_expires_at, e.id LIMIT greatest(p_limit, 0)
          FOR UPDATE SKIP LOCKED));
        GET DIAGNOSTICS v_count = ROW_COUNT;
        RETURN v_count;
      """)
  }

  private static let tallies: String = {
    let names = ReplyOutcome.allCases.map { "WHEN \(LedgerCodes.code($0)) THEN '\(Tally($0).name)'" }.joined(separator: " ")
    return """
      (SELECT CASE x.outcome \(names) END, -count(*) FROM deleted x GROUP BY x.outcome
        UNION ALL SELECT '\(Tally.identities.name)', -cardinality(v_rows)) AS u (name, amount)
      """
  }()
}
