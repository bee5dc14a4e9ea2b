import CheckoutSession

/// `lease_due`, `release_leases` and `outstanding_counts`: who polls which session until when; see ``LeaseTransaction`` and ``DueSessions`` for the order and its reasons.
///
/// Rows that another reconciler is leasing at this moment are passed over (`SKIP LOCKED`), so nobody waits and no two leases have a session in common: who
/// comes to a row after its lease was committed sees that it is not due any more.
enum LeaseFunction {
  static let call = "SELECT * FROM lease_due($1, $2, $3, $4)"
  static let releaseCall = "SELECT release_leases($1, $2, $3)"

  static let countsCall = "SELECT * FROM outstanding_counts($1)"

  static let create = isBacklog + find + lease + release + counts

  /// Whether more than ``DueSessions/sortedMax`` sessions are due.
  private static let isBacklog = PostgresFunction.create(
    "is_backlog", "p_due_after bigint, p_now bigint", returns: "boolean",
    """
      RETURN (SELECT count(*) > \(DueSessions.sortedMax) FROM (
        SELECT 1 FROM outstanding o WHERE o.due_at > p_due_after AND o.due_at <= p_now LIMIT \(DueSessions.sortedMax + 1)) AS due);
    """)

  /// Locks the due sessions of a range of deadlines that nobody else has locked, nearest deadline first: sorted, or in a backlog by walking the deadlines. A walk
  /// that has met a crowd that is not due is given up after ``DueSessions/walkedMax``. (`+ 0` keeps the planner from going the other way.)
  private static let find = PostgresFunction.create(
    "due_sessions", "p_now bigint, p_due_after bigint, p_after bigint, p_up_to bigint, p_limit bigint, p_is_backlog boolean",
    returns: "bigint[]", declare: "v_ids bigint[];",
    """
      IF p_limit <= 0 THEN RETURN '{}'; END IF;
      IF p_is_backlog THEN
        v_ids := ARRAY(
          SELECT o.id FROM (
            SELECT w.id, w.due_at, w.expires_at FROM outstanding w WHERE w.expires_at > p_after AND w.expires_at <= p_up_to
            ORDER BY w.expires_at, w.id LIMIT \(DueSessions.walkedMax)
          ) AS w JOIN outstanding o ON o.id = w.id
          WHERE w.due_at <= p_now AND o.due_at + 0 <= p_now ORDER BY w.expires_at, w.id LIMIT p_limit FOR UPDATE OF o SKIP LOCKED);
        IF cardinality(v_ids) >= p_limit THEN RETURN v_ids; END IF;
      END IF;
      RETURN ARRAY(
        SELECT o.id FROM outstanding o
        WHERE o.due_at > p_due_after AND o.due_at <= p_now AND o.expires_at > p_after AND o.expires_at <= p_up_to
        ORDER BY o.expires_at + 0, o.id LIMIT p_limit FOR UPDATE SKIP LOCKED);
    """)

  private static let lease = PostgresFunction.create(
    "lease_due", "p_now bigint, p_until bigint, p_limit bigint, p_token bigint",
    returns: """
      TABLE (id bigint, merchant text, request_id text, merchant_transaction_id text, mode smallint, session_id text, created_at bigint,
        expires_at bigint, record_key bytea, status smallint, polls integer, failures integer, observed_at bigint)
      """,
    declare: """
      v_border bigint := p_now - \(DueSessions.overdueAfter.wholeMilliseconds); v_least bigint := \(Int64.min + 1); v_most bigint := \(Int64.max);
      v_due_after bigint := \(Int64.min + 1); v_is_backlog boolean; v_living bigint[]; v_overdue bigint[]; v_ids bigint[];
      """,
    """
      \(PostgresFunction.leavesItToTheServer)
      IF p_limit <= 0 THEN RETURN; END IF;
      -- Nobody has got so long a lease: the clock was put back since.
      IF p_until > p_now THEN
        UPDATE outstanding o SET due_at = p_now WHERE o.id = ANY (ARRAY(
          SELECT s.id FROM outstanding s WHERE s.lease IS NOT NULL AND s.due_at > p_until + (p_until - p_now)
          ORDER BY s.due_at DESC LIMIT p_limit FOR UPDATE SKIP LOCKED));
      END IF;

      v_is_backlog := is_backlog(v_least, p_now);
      IF v_is_backlog THEN v_due_after := v_border - \(CreatedSession.lifetime.wholeMilliseconds + 1); END IF;
      v_living := due_sessions(
        p_now, v_due_after, v_border, v_most, p_limit, v_is_backlog AND is_backlog(v_due_after, p_now));
      v_overdue := due_sessions(
        p_now, v_least, v_least, v_border, p_limit - least(cardinality(v_living), (p_limit + 1) / 2), v_is_backlog);
      v_ids := v_living[1 : p_limit - cardinality(v_overdue)] || v_overdue;

      UPDATE outstanding o SET due_at = p_until, lease = p_token WHERE o.id = ANY (v_ids);
      RETURN QUERY
      SELECT o.id, m.name, r.request_id, r.merchant_transaction_id, r.mode, coalesce(d.session_text, d.session_id::text), d.created_at,
        o.expires_at, o.record_key, o.status, o.polls, o.failures, o.observed_at
      FROM unnest(v_ids) WITH ORDINALITY AS k (id, ordinal) JOIN outstanding o ON o.id = k.id
      JOIN request r ON r.id = \(GenerationKey.rowSQL("k.id")) JOIN merchant m ON m.id = r.merchant JOIN decision d ON d.id = k.id
      ORDER BY k.ordinal;
    """)

  private static let release = PostgresFunction.create(
    "release_leases", "p_id bigint[], p_token bigint, p_due_at bigint", returns: "void",
    """
      \(PostgresFunction.leavesItToTheServer)
      PERFORM 1 FROM outstanding o WHERE o.id = ANY (p_id) ORDER BY o.id FOR UPDATE;
      UPDATE outstanding o SET due_at = p_due_at, lease = NULL WHERE o.id = ANY (p_id) AND o.lease = p_token;
    """)

  /// A tally, the range of the index that is due up to ``CountsQuery/dueMax``, a partial index, and the first entry of one.
  private static let counts = PostgresFunction.create(
    "outstanding_counts", "p_now bigint", returns: "TABLE (outstanding bigint, due bigint, unresolved bigint, next_due_at bigint)",
    """
      RETURN QUERY SELECT (SELECT coalesce(sum(t.amount), 0)::bigint FROM tally t WHERE t.name = '\(Tally.outstanding.name)'),
        (SELECT count(*) FROM (SELECT 1 FROM outstanding o WHERE o.due_at <= p_now LIMIT \(CountsQuery.dueMax)) AS d),
        (SELECT count(*) FROM outstanding o WHERE o.status = \(LedgerCodes.code(SessionStatus.unresolved))),
        (SELECT min(o.due_at) FROM outstanding o);
    """)
}
