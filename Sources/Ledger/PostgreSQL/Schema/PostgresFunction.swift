import CheckoutSession

/// The functions of the schema: one for each batch operation, so that each is one round trip.
///
/// They are PL/pgSQL and not one statement each because a statement sees what was committed when it began. After waiting for a row that another worker
/// holds it would go on with the row as it is now and with everything else as it was before: a request's new generation without that one's decision.
/// In a function each statement sees what is committed when *it* begins. So every function first locks what it will judge, and judges then.
///
/// **Locks** are taken in one order by everybody, so nobody waits in a circle: `merchant`, `topic` by name; new rows of `request` by identity; then `request`,
/// `outstanding`, `pending`, `decision` each by id; `replay` by place, `replay_run` by id; `tally` and `poll_count` last. Who would have to go against that order takes only what is free
/// (`SKIP LOCKED`): leases, erasing, pruning.
enum PostgresFunction {
  /// What follows `LANGUAGE plpgsql` in each.
  ///
  /// Plans are made for each call, with the batch's real size and the tables' size of now (a table that was empty when a plan was kept would be read from
  /// one end to the other until somebody analyses it), and never by reading a whole table.
  static let settings = """
    SET search_path FROM CURRENT SET plan_cache_mode = force_custom_plan SET enable_seqscan = off SET enable_mergejoin = off
    SET random_page_cost = 1.1
    """

  /// What a function's body begins with whose effects may be lost when the server's machine dies; see ``PostgreSQLLedger``, "Durability".
  static let leavesItToTheServer = "PERFORM set_config('synchronous_commit', 'off', true);"

  /// A function; `parameters` and `returns` as in SQL, `declare` its variables.
  /// - Parameter replaces: whether it stands in place of what an earlier step of the schema made of it, with the same parameters.
  static func create(
    _ name: String, _ parameters: String, returns: String, declare: String = "", replaces: Bool = false, _ body: String
  ) -> String {
    """
    CREATE \(replaces ? "OR REPLACE " : "")FUNCTION \(name)(\(parameters)) RETURNS \(returns) LANGUAGE plpgsql \(settings) AS $function$
    #variable_conflict use_column
    \(declare.isEmpty ? "" : "DECLARE \(declare)")
    BEGIN
    \(body)
    END
    $function$;
    """
  }

  /// Adds to tallies: `amounts` are names and SQL for how much more. A row for each of 64 groups of connections, or all workers would wait for one another.
  static func tally(_ amounts: [(Tally, String)], at: String) -> String {
    let values = amounts.map { "('\($0.0.name)', (\($0.1))::bigint)" }.joined(separator: ", ")
    return tally(from: "(VALUES \(values)) AS u (name, amount)", at: at)
  }

  /// The same from rows of `name` and `amount`.
  static func tally(from rows: String, at: String) -> String {
    """
    INSERT INTO tally AS t (name, shard, amount, changed_at)
    SELECT u.name, pg_backend_pid() % 64, u.amount, \(at) FROM \(rows) WHERE u.amount <> 0 ORDER BY u.name
    ON CONFLICT (name, shard) DO UPDATE SET amount = t.amount + excluded.amount, changed_at = greatest(t.changed_at, excluded.changed_at)
    """
  }

  /// The numbers of the statuses that are an end, for `IN`.
  static let terminalStatuses: String = {
    let codes = SessionStatus.allCases.filter(\.isTerminal).map { String(LedgerCodes.code($0)) }
    return "(" + codes.joined(separator: ", ") + ")"
  }()
}
