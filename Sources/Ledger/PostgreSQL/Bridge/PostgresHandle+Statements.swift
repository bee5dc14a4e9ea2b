import CPostgres

extension PostgresHandle {
  /// Runs text, which may be several statements, and gives the last one's result, in text form.
  func runScript(_ sql: String, until deadline: ContinuousClock.Instant) throws(PostgresError) -> PostgresResult {
    guard PQsendQuery(pointer, sql) == 1 else { throw failure() }
    return try finish(until: deadline)
  }

  /// Has the server compile a statement under a name.
  func prepare(_ sql: String, as name: String, types: [PostgresType], until deadline: ContinuousClock.Instant) throws(PostgresError) {
    let types = types.map(\.rawValue)
    guard PQsendPrepare(pointer, name, sql, CInt(types.count), types) == 1 else { throw failure() }
    _ = try finish(until: deadline)
  }

  /// Runs a prepared statement and gives its result, in binary form.
  func run(_ name: String, _ parameters: ParameterBuffer, until deadline: ContinuousClock.Instant) throws(PostgresError) -> PostgresResult {
    let count = parameters.slots.count
    let isSent = parameters.bytes.withUnsafeBytes { bytes in
      let values = parameters.slots.map { slot -> UnsafePointer<CChar>? in
        slot.length < 0 ? nil : bytes.baseAddress.map { ($0 + slot.offset).assumingMemoryBound(to: CChar.self) }
      }
      let lengths = parameters.slots.map { CInt(max($0.length, 0)) }
      let formats = [CInt](repeating: 1, count: count)
      return PQsendQueryPrepared(pointer, name, CInt(count), values, lengths, formats, 1) == 1
    }
    guard isSent else { throw failure() }
    return try finish(until: deadline)
  }

  /// Sends what is left to send, and reads until the server is ready for the next statement: a transaction of a single statement is committed only then,
  /// and may fail after the statement itself has not.
  private func finish(until deadline: ContinuousClock.Instant) throws(PostgresError) -> PostgresResult {
    try flush(until: deadline)
    var last: PostgresResult?
    var failure: PostgresError?
    while true {
      try receive(until: deadline)
      guard let pointer = PQgetResult(pointer) else { break }
      let result = PostgresResult(taking: pointer)
      // The first failure is the server's reason, a second one that the connection broke with it.
      if let error = result.error { failure = failure ?? error } else { last = result }
    }
    if var failure {
      failure.isConnectionLost = failure.isConnectionLost || isBroken
      throw failure
    }
    guard let last else { throw self.failure() }
    return last
  }

  /// The server may have to send something before it takes the rest of a long statement, so both ways are looked after.
  private func flush(until deadline: ContinuousClock.Instant) throws(PostgresError) {
    while true {
      let code = PQflush(pointer)
      if code == 0 { return }
      // A send that failed is told by PQgetResult, along with what the server said before it went away.
      guard code == 1 else { return }
      let events = SocketWait.wait(PQsocket(pointer), for: [.readable, .writable], until: deadline)
      if events.isEmpty { throw Self.timedOut }
      if events.contains(.readable), PQconsumeInput(pointer) == 0 { return }
    }
  }

  /// Returns when PQgetResult will not wait.
  private func receive(until deadline: ContinuousClock.Instant) throws(PostgresError) {
    while PQisBusy(pointer) == 1 {
      if SocketWait.wait(PQsocket(pointer), for: .readable, until: deadline).isEmpty { throw Self.timedOut }
      // A connection that broke is told by PQgetResult, which does not wait for it then.
      if PQconsumeInput(pointer) == 0 { return }
    }
  }

  /// The connection cannot be used after that: the answer may still come.
  private static var timedOut: PostgresError { PostgresError(message: "the server does not answer", isConnectionLost: true) }
}
