import CheckoutSession

/// `renew`: starts new generations, for a batch in which no key stands twice; see ``RenewTransaction`` for why the ledger looks once more.
///
/// The row of `outstanding` is locked before anything is judged: only who holds it can record that the session has completed, or has done so before.
enum RenewFunction {
  static let call = "SELECT * FROM renew($1, $2, $3)"

  /// As step 1 of the schema makes it: there an erased URL is taken for a dead one.
  static let createFirst = create(isDead: "d.url_expires_at IS NULL OR d.url_expires_at <= p_at", replaces: false)

  static let create = create(
    isDead: "d.ended_status IS NOT NULL OR coalesce(d.url_expires_at, d.session_expires_at, 0) <= p_at", replaces: true)

  /// Returns the ordinal and the new key of each that is renewed.
  /// - Parameter isDead: SQL for whether nobody can open the URL of the decision `d` at the moment `p_at`.
  private static func create(isDead: String, replaces: Bool) -> String {
    PostgresFunction.create(
      "renew", "p_id bigint[], p_may_be_published boolean[], p_at bigint", returns: "TABLE (ordinal bigint, key bigint)",
      replaces: replaces,
      """
        PERFORM 1 FROM request r WHERE r.id = ANY (ARRAY(SELECT \(GenerationKey.rowSQL("k.id")) FROM unnest(p_id) AS k (id)))
        ORDER BY r.id FOR NO KEY UPDATE;
        PERFORM 1 FROM outstanding o WHERE o.id = ANY (p_id) ORDER BY o.id FOR UPDATE;
        PERFORM 1 FROM pending p WHERE p.id = ANY (p_id) ORDER BY p.id FOR UPDATE;

        RETURN QUERY
        WITH ending AS MATERIALIZED (
          SELECT i.ordinal, i.id, r.id AS row, p.id IS NOT NULL AND NOT p.told AND NOT i.may_be_published AS is_forgotten
          FROM unnest(p_id, p_may_be_published) WITH ORDINALITY AS i (id, may_be_published, ordinal)
          JOIN request r ON r.id = \(GenerationKey.rowSQL("i.id")) JOIN decision d ON d.id = i.id LEFT JOIN pending p ON p.id = i.id
          WHERE r.generation = \(GenerationKey.generationSQL("i.id")) AND r.generation < \(GenerationKey.generationsMax)
            AND d.outcome = \(LedgerCodes.code(ReplyOutcome.created)) AND d.ended_status IS DISTINCT FROM \(LedgerCodes.code(.completed))
            AND (\(isDead) OR (p.id IS NOT NULL AND NOT p.told))
        ), advanced AS (
          UPDATE request r SET generation = r.generation + 1 FROM ending e WHERE r.id = e.row
        ), forgotten AS (
          DELETE FROM outstanding o USING ending e
          WHERE o.id = e.id AND e.is_forgotten AND o.status = \(LedgerCodes.code(.accepted)) AND o.observed_at IS NULL RETURNING o.id
        ), settled AS (
          DELETE FROM pending p USING ending e WHERE p.id = e.id
        ), started AS (
          INSERT INTO pending (id, claimed_at, claims) SELECT e.id + 1, p_at, 1 FROM ending e
        ), erased AS (
          UPDATE decision d SET hosted_url = NULL, url_expires_at = NULL FROM ending e WHERE d.id = e.id
        ), counted AS (
          \(PostgresFunction.tally([(.outstanding, "SELECT -count(*) FROM forgotten")], at: "NULL::bigint"))
        )
        SELECT e.ordinal, e.id + 1 FROM ending e;
      """)
  }
}
