import CheckoutSession
import Dispatch

/// One place of a pool: a serial queue, and the connection that is used on it and nowhere else.
///
/// `@unchecked Sendable`: `session` is touched only by what runs on `queue`, one thing at a time.
final class PoolWorker: @unchecked Sendable {
  /// Its number in the pool.
  let number: Int
  private let queue: DispatchQueue
  private let connector: PostgresConnector
  private var session: PostgresSession?

  init(number: Int, connector: PostgresConnector) {
    self.number = number
    self.connector = connector
    // A serial queue that targets no other gets a thread of its own when it has work, however many are blocked.
    queue = DispatchQueue(label: "ledger.postgres.\(number)")
  }

  /// Has `body` called on the worker's thread.
  func start(_ body: @escaping @Sendable (PoolWorker) -> Void) { queue.async { body(self) } }

  /// Lends the connection to `body`; on the worker's thread.
  ///
  /// If a connection from before breaks, and it is sure that nothing was done, `body` is called once more with a new one: the server was started anew, or
  /// something in the network had forgotten the connection.
  func lend<Value>(_ body: (PostgresSession) throws -> Value) throws -> Value {
    let (session, isNew) = try connected()
    do {
      return try lend(session, body)
    } catch {
      guard session.isLost, !isNew, !session.mayHaveCommitted else { throw error }
      return try lend(connected().session, body)
    }
  }

  /// Asks the server for its time if that is due; on the worker's thread, and after the caller has got its answer.
  func keepClock() {
    guard connector.clock.isDue, let session else { return }
    // What fails here fails the next call too, which tells it.
    _ = try? lend(session) { session in try connector.clock.ask(session) }
  }

  /// Closes the connection; on the worker's thread.
  func disconnect() { session = nil }

  private func lend<Value>(_ session: PostgresSession, _ body: (PostgresSession) throws -> Value) throws -> Value {
    session.beginLoan()
    defer { if !session.endLoan() { self.session = nil } }
    return try body(session)
  }

  private func connected() throws(LedgerFailure) -> (session: PostgresSession, isNew: Bool) {
    if let session {
      if !session.hasEnded() { return (session, false) }
      self.session = nil
    }
    let session = try connector.connect()
    self.session = session
    return (session, true)
  }
}
