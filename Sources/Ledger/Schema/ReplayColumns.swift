/// The columns of a replay's record, in the one order in which both ledgers read them.
enum ReplayColumns {
  /// The columns of ``from``.
  static let select = """
    ot.name, x.origin_partition, x.origin_offset, lt.name, x.letter_partition, x.letter_offset, m.name, x.request_id, x.action, \
    x.body_hash, x.original_hash, x.failed_count, x.reason, x.run, x.state, x.count, x.claimed_at, x.sent_at, x.search_from, \
    x.answer_outcome, x.answer_generation, x.answer_error
    """

  /// A record `x` with its names.
  static let from = """
    replay x JOIN topic ot ON ot.id = x.origin_topic JOIN topic lt ON lt.id = x.letter_topic JOIN merchant m ON m.id = x.merchant
    """

  /// The columns of a run `r`.
  static let selectRun = "r.id, r.plan_hash, r.user_name, r.host_name, r.started_at, r.alive_until, r.ended_at, r.ending, r.taken_over_by"
}
