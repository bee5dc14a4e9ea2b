/// One connection, lent to a closure on the connection's own thread: its calls block that thread and nothing else, and none of them for longer than the
/// statement time-out and ``answerGrace``.
///
/// What a closure does outside of ``transaction(isDurable:_:)`` is committed statement by statement. The schema of the ledger stands first in the search path.
final class PostgresSession {
  /// How much longer than the server's own time-out we wait for its answer: a server that is stopped, or behind a network that swallows everything, ends
  /// no statement.
  static let answerGrace: Duration = .seconds(2)

  private let handle: PostgresHandle
  private var statements = StatementCache()
  private var buffer = ParameterBuffer()
  private let statementTimeout: Duration
  private var answerTimeout: Duration
  private var isInTransaction = false
  /// Whether the connection may have other time-outs than its next borrower expects.
  private var hasOtherTimeouts = false
  /// Whether the connection is of no use any more.
  private(set) var isLost = false
  /// Whether something may have been committed since ``beginLoan()``.
  private(set) var mayHaveCommitted = false

  init(_ handle: PostgresHandle, statementTimeout: Duration) {
    self.handle = handle
    self.statementTimeout = statementTimeout
    answerTimeout = statementTimeout + Self.answerGrace
  }

  /// Runs one statement, which the connection compiles once for each text.
  ///
  /// Its columns must be of types that ``PostgresRows`` can read. Throws ``PostgresError``: in doubt, if the connection broke outside of a transaction.
  @discardableResult
  func run(_ sql: String, _ parameters: [PostgresParameter] = []) throws(PostgresError) -> PostgresRows {
    let types = parameters.map(\.type)
    let name = try preparedName(of: sql, types)
    buffer.encode(parameters)
    let result: PostgresResult
    do {
      result = try handle.run(name, buffer, until: deadline)
    } catch {
      var error = error
      // The tables were changed under the statement, or a proxy gave us another server: a new connection knows nothing of either.
      if error.sqlState == "26000" || error.sqlState == "0A000" && error.message.contains("cached plan") { error.isConnectionLost = true }
      throw noted(error, isCommitting: !isInTransaction)
    }
    if !isInTransaction { mayHaveCommitted = true }
    if let error = result.unreadableColumn { throw error }
    return PostgresRows(result)
  }

  /// Runs several statements, without parameters and without their rows: for migrations. Those outside of a transaction are one by themselves.
  func script(_ sql: String) throws(PostgresError) { _ = try command(sql, isCommitting: !isInTransaction) }

  /// BEGIN, `body`, COMMIT; or ROLLBACK and the error that `body` threw. A ``PostgresError`` of the COMMIT itself is in doubt if the connection broke.
  /// - Parameter isDurable: whether to wait for the disk; otherwise the newest such transactions may be lost, whole, when the server's machine dies.
  @discardableResult
  func transaction<Value>(isDurable: Bool = true, _ body: (PostgresSession) throws -> Value) throws -> Value {
    guard !isInTransaction else { throw PostgresError(message: "a transaction within a transaction") }
    _ = try command(isDurable ? "BEGIN" : "BEGIN; SET LOCAL synchronous_commit = off", isCommitting: false)
    isInTransaction = true
    let value: Value
    do {
      value = try body(self)
    } catch {
      isInTransaction = false
      // Without a connection the server rolls back by itself.
      if !isLost { _ = try? command("ROLLBACK", isCommitting: false) }
      throw error
    }
    isInTransaction = false
    // COMMIT of a transaction in which a statement failed is answered with ROLLBACK, and is no error to the server.
    guard try command("COMMIT", isCommitting: true).commandTag == "COMMIT" else {
      throw PostgresError(message: "the transaction was rolled back, as a statement in it had failed")
    }
    return value
  }

  /// BEGIN, `body`, ROLLBACK: what would be, without being. Throws what `body` throws, and ``PostgresError`` if the server does not answer.
  func rehearsal<Value>(_ body: (PostgresSession) throws -> Value) throws -> Value {
    guard !isInTransaction else { throw PostgresError(message: "a transaction within a transaction") }
    _ = try command("BEGIN", isCommitting: false)
    isInTransaction = true
    defer { isInTransaction = false }
    let result = Result { try body(self) }
    // Without a connection the server rolls back by itself.
    if !isLost { _ = try command("ROLLBACK", isCommitting: false) }
    return try result.get()
  }

  /// Lets what `body` does take longer than other statements may: a migration, a vacuum. Locks are waited for as long, too.
  @discardableResult
  func withStatementTimeout<Value>(_ timeout: Duration, _ body: (PostgresSession) throws -> Value) throws -> Value {
    let kind = isInTransaction ? "SET LOCAL" : "SET"
    let set = { (timeout: Duration, lockTimeout: Duration) in
      "\(kind) statement_timeout = \(PostgresSettings.milliseconds(timeout)); \(kind) lock_timeout = \(PostgresSettings.milliseconds(lockTimeout))"
    }
    // After an error the connection's settings are unsure: the pool makes it anew.
    hasOtherTimeouts = true
    _ = try command(set(timeout, timeout), isCommitting: false)
    let usual = answerTimeout
    answerTimeout = timeout + Self.answerGrace
    defer { answerTimeout = usual }
    let value = try body(self)
    _ = try command(set(statementTimeout, PostgresSettings.lockTimeout(of: statementTimeout)), isCommitting: false)
    hasOtherTimeouts = false
    return value
  }

  /// Whether the server has ended the connection while nobody used it.
  func hasEnded() -> Bool { isLost || handle.hasEnded() }

  /// Begins to note what a borrower does.
  func beginLoan() { mayHaveCommitted = false }

  /// Sees to it that the next borrower finds the connection as this one did; false if that cannot be.
  func endLoan() -> Bool {
    isInTransaction = false
    return !isLost && !hasOtherTimeouts && handle.isIdle
  }

  private var deadline: ContinuousClock.Instant { .now.advanced(by: answerTimeout) }

  private func preparedName(of sql: String, _ types: [PostgresType]) throws(PostgresError) -> String {
    if let name = statements.name(of: sql, types) { return name }
    do {
      if statements.isFull {
        statements.removeAll()
        _ = try handle.runScript("DEALLOCATE ALL", until: deadline)
      }
      let name = statements.nextName()
      try handle.prepare(sql, as: name, types: types, until: deadline)
      statements.insert(name, for: sql, types)
      return name
    } catch {
      throw noted(error, isCommitting: false)
    }
  }

  private func command(_ sql: String, isCommitting: Bool) throws(PostgresError) -> PostgresResult {
    do {
      let result = try handle.runScript(sql, until: deadline)
      if isCommitting { mayHaveCommitted = true }
      return result
    } catch {
      throw noted(error, isCommitting: isCommitting)
    }
  }

  private func noted(_ error: PostgresError, isCommitting: Bool) -> PostgresError {
    var error = error
    isLost = isLost || error.isConnectionLost
    // An error of the server's own, on a connection that lives, says that nothing happened; so do the two that come before a statement begins.
    let isRefused = error.sqlState == "26000" || error.sqlState == "0A000"
    error.isInDoubt = isCommitting && error.isConnectionLost && !isRefused
    if error.isInDoubt { mayHaveCommitted = true }
    return error
  }
}
