/// The names of the statements that a connection has prepared.
struct StatementCache {
  /// A statement is known by its text and the types that it was prepared with.
  private struct Key: Hashable {
    var sql: String
    var types: [PostgresType]
  }

  /// Statements kept; one more forgets all. The ledger has far fewer, so this only keeps a mistake (values in a text) from growing without end.
  let statementsMax: Int
  private var names: [Key: String] = [:]
  private var lastNumber = 0

  init(statementsMax: Int = 256) { self.statementsMax = statementsMax }

  /// Whether all is to be forgotten, here and in the server, before another one is prepared.
  var isFull: Bool { names.count >= statementsMax }

  /// The name of a statement that is prepared.
  func name(of sql: String, _ types: [PostgresType]) -> String? { names[Key(sql: sql, types: types)] }

  /// A name that was not given before.
  mutating func nextName() -> String {
    lastNumber += 1
    return "s\(lastNumber)"
  }

  /// Notes that a statement is prepared.
  mutating func insert(_ name: String, for sql: String, _ types: [PostgresType]) { names[Key(sql: sql, types: types)] = name }

  /// Forgets all.
  mutating func removeAll() { names.removeAll() }
}
