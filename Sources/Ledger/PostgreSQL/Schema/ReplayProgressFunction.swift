import CheckoutSession

/// `record_sent`, `release_replays`, `record_answers` and `prune_replays`: what becomes of claimed records; see ``ReplayProgressTransaction``. All but pruning,
/// which takes only what is free, lock the records in the order of their places.
enum ReplayProgressFunction {
  static let sendCall = "SELECT * FROM record_sent($1, $2, $3, $4, $5, $6)"
  static let releaseCall = "SELECT release_replays($1, $2, $3, $4, $5)"
  static let answerCall = "SELECT record_answers($1, $2, $3, $4, $5, $6, $7, $8)"
  static let pruneCall = "SELECT prune_replays($1, $2)"

  static let create = topics + send + release + answer + prune

  /// What a function gets that is about some places. Topics are given once each, and by their place (from 1) in each.
  static let places = "p_topics text[], p_topic bigint[], p_partition bigint[], p_offset bigint[]"
  /// The places as rows.
  static let input = "unnest(p_topic, p_partition, p_offset) WITH ORDINALITY AS i (topic, origin_partition, origin_offset, ordinal)"
  /// That a record `x` stands at a place `i`.
  static let isAt = "x.origin_topic = v_topics[i.topic] AND x.origin_partition = i.origin_partition AND x.origin_offset = i.origin_offset"

  /// That a record `x` is the run's: said so that no index can answer it. All records of a run would be read by that index, for the batch that is wanted.
  private static let isMine = "x.run IS NOT DISTINCT FROM p_run"

  /// `known_topics`: the numbers of topics, in their order; null for one that is not there.
  private static let topics = PostgresFunction.create(
    "known_topics", "p_names text[]", returns: "integer[]",
    """
      RETURN ARRAY(
        SELECT t.id FROM unnest(p_names) WITH ORDINALITY AS n (name, ordinal) LEFT JOIN topic t ON t.name = n.name ORDER BY n.ordinal);
    """)

  /// Returns the ordinals of what is known as sent by the run now.
  private static let send = PostgresFunction.create(
    "record_sent", "\(places), p_run bigint, p_at bigint", returns: "TABLE (ordinal bigint)", declare: "v_topics integer[];",
    """
      \(lock)
      UPDATE replay x SET state = \(sent), sent_at = p_at, search_from = NULL FROM \(input)
      WHERE \(isAt) AND \(isMine) AND x.state = \(claimed);
      RETURN QUERY SELECT i.ordinal FROM \(input) JOIN replay x ON \(isAt) WHERE \(isMine) AND x.state IN (\(sent), \(answered));
    """)

  private static let release = PostgresFunction.create(
    "release_replays", "\(places), p_run bigint", returns: "void", declare: "v_topics integer[];",
    """
      \(lock)
      DELETE FROM replay x USING \(input) WHERE \(isAt) AND \(isMine) AND x.state = \(claimed);
    """)

  private static let answer = PostgresFunction.create(
    "record_answers", "\(places), p_outcome bigint[], p_generation bigint[], p_error text[], p_at bigint", returns: "void",
    declare: "v_topics integer[];",
    """
      \(lock)
      UPDATE replay x SET state = \(answered), sent_at = coalesce(x.sent_at, p_at), search_from = NULL, answered_at = p_at,
        answer_outcome = i.outcome, answer_generation = i.generation, answer_error = i.error
      FROM unnest(p_topic, p_partition, p_offset, p_outcome, p_generation, p_error)
        AS i (topic, origin_partition, origin_offset, outcome, generation, error)
      WHERE \(isAt) AND x.state IN (\(claimed), \(sent));
    """)

  /// Records first, then runs that have none left. A run that claims at this moment is found gone by its claim, or keeps its row.
  private static let prune = PostgresFunction.create(
    "prune_replays", "p_before bigint, p_limit bigint", returns: "bigint", declare: "v_records bigint; v_runs bigint;",
    """
      DELETE FROM replay x USING (
        SELECT origin_topic, origin_partition, origin_offset FROM replay WHERE claimed_at < p_before ORDER BY claimed_at
        LIMIT greatest(p_limit, 0) FOR UPDATE SKIP LOCKED) AS o
      WHERE x.origin_topic = o.origin_topic AND x.origin_partition = o.origin_partition AND x.origin_offset = o.origin_offset;
      GET DIAGNOSTICS v_records = ROW_COUNT;
      DELETE FROM replay_run r WHERE r.id = ANY (ARRAY(
        SELECT e.id FROM replay_run e
        WHERE e.started_at < p_before AND e.alive_until < p_before AND NOT EXISTS (SELECT 1 FROM replay x WHERE x.run = e.id)
        ORDER BY e.id LIMIT greatest(p_limit, 0) - v_records FOR UPDATE SKIP LOCKED));
      GET DIAGNOSTICS v_runs = ROW_COUNT;
      RETURN v_records + v_runs;
    """)

  private static let lock = """
    v_topics := known_topics(p_topics);
    PERFORM 1 FROM \(input) JOIN replay x ON \(isAt) ORDER BY x.origin_topic, x.origin_partition, x.origin_offset FOR UPDATE OF x;
    """
  private static let claimed = LedgerCodes.code(ReplayRecord.State.claimed)
  private static let sent = LedgerCodes.code(ReplayRecord.State.sent)
  private static let answered = LedgerCodes.code(ReplayRecord.State.answered)
}
