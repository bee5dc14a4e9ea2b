import CheckoutSession

/// `replay_records`, `replay_page` and `replay_runs`: what is known of replays; see ``ReplayQuery``.
enum ReplayReadFunction {
  static let recordsCall = "SELECT * FROM replay_records($1, $2, $3, $4)"
  static let pageCall = "SELECT * FROM replay_page($1, $2, $3, $4, $5)"
  static let runsCall = "SELECT * FROM replay_runs($1, $2)"

  static let create = records + page + runs

  /// Returns the ordinal and the record of each place that has one.
  private static let records = PostgresFunction.create(
    "replay_records", ReplayProgressFunction.places, returns: "TABLE (ordinal bigint, \(PostgresReplayColumns.table))",
    declare: "v_topics integer[];",
    """
      v_topics := known_topics(p_topics);
      RETURN QUERY SELECT i.ordinal, \(ReplayColumns.select)
      FROM \(ReplayProgressFunction.input) JOIN (\(ReplayColumns.from)) ON \(ReplayProgressFunction.isAt);
    """)

  /// One range of an index for each topic, of which there are few; all of it before the place that is given is passed over.
  private static let page = PostgresFunction.create(
    "replay_page", "p_run bigint, p_topic text, p_partition bigint, p_offset bigint, p_limit bigint",
    returns: "TABLE (\(PostgresReplayColumns.table))",
    """
      RETURN QUERY SELECT \(ReplayColumns.select)
      FROM (
        SELECT y.* FROM topic t CROSS JOIN LATERAL (
          SELECT z.* FROM replay z
          WHERE z.run = p_run AND z.origin_topic = t.id AND (z.origin_partition, z.origin_offset) > (
            CASE WHEN t.name = p_topic THEN p_partition ELSE -9223372036854775808 END,
            CASE WHEN t.name = p_topic THEN p_offset ELSE -9223372036854775808 END)
          ORDER BY z.origin_partition, z.origin_offset LIMIT greatest(p_limit, 0)) AS y
        WHERE p_topic IS NULL OR t.name >= p_topic
        ORDER BY t.name, y.origin_partition, y.origin_offset LIMIT greatest(p_limit, 0)
      ) AS x JOIN topic ot ON ot.id = x.origin_topic JOIN topic lt ON lt.id = x.letter_topic JOIN merchant m ON m.id = x.merchant
      ORDER BY ot.name, x.origin_partition, x.origin_offset;
    """)

  /// Returns a row for each run, state and outcome; one without a state for a run without records.
  private static let runs = PostgresFunction.create(
    "replay_runs", "p_plan_hash bytea, p_limit bigint",
    returns: """
      TABLE (id bigint, plan_hash bytea, user_name text, host_name text, started_at bigint, alive_until bigint, ended_at bigint, ending smallint,
        taken_over_by bigint, state smallint, outcome smallint, records bigint)
      """,
    """
      RETURN QUERY SELECT \(ReplayColumns.selectRun), x.state, x.answer_outcome, x.records
      FROM (
        SELECT * FROM replay_run l WHERE p_plan_hash IS NULL OR l.plan_hash = p_plan_hash ORDER BY l.id DESC LIMIT greatest(p_limit, 0)
      ) AS r LEFT JOIN LATERAL (
        SELECT y.state, y.answer_outcome, count(*) AS records FROM replay y WHERE y.run = r.id GROUP BY 1, 2
      ) AS x ON true
      ORDER BY r.id DESC;
    """)
}
