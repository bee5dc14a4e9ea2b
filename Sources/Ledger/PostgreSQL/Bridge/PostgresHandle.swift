import CPostgres
import Glibc

/// libpq's connection: closed when it is let go, used by one thread at a time, and never waiting past a deadline: libpq only sends and reads what does not
/// block, and the waiting between is ours.
///
/// After an error with ``PostgresError/isConnectionLost`` it is of no use any more.
final class PostgresHandle {
  let pointer: OpaquePointer

  /// Begins to connect.
  private init(starting parameters: [(name: String, value: String)]) throws(PostgresError) {
    // libpq copies them; what stood in ours, the password among it, is wiped.
    var names: [UnsafePointer<CChar>?] = parameters.map { UnsafePointer(strdup($0.name)) } + [nil]
    var values: [UnsafePointer<CChar>?] = parameters.map { UnsafePointer(strdup($0.value)) } + [nil]
    defer {
      for text in names + values {
        guard let text = UnsafeMutablePointer(mutating: text) else { continue }
        explicit_bzero(text, strlen(text))
        free(text)
      }
    }
    guard let pointer = PQconnectStartParams(&names, &values, 0) else {
      throw PostgresError(message: "libpq has no memory", isConnectionLost: true)
    }
    self.pointer = pointer
  }

  deinit { PQfinish(pointer) }

  /// Connects and logs in. Names of hosts are resolved by the system's resolver, whose own time-outs hold before the deadline is looked at.
  static func connect(
    _ parameters: [(name: String, value: String)], timeout: Duration
  ) throws(PostgresError) -> PostgresHandle {
    let deadline = ContinuousClock.now.advanced(by: timeout)
    let handle = try PostgresHandle(starting: parameters)
    let pointer = handle.pointer
    // The server's code of a refused login is only in the text, and only in a verbose one.
    PQsetErrorVerbosity(pointer, PQERRORS_VERBOSE)
    // Notices ("relation exists, skipping") would go to the standard error.
    PQsetNoticeProcessor(pointer, { _, _ in }, nil)
    // As if it had been polled with "writing", as its manual says.
    var wanted = SocketWait.Events.writable
    while PQstatus(pointer) != CONNECTION_BAD {
      if SocketWait.wait(PQsocket(pointer), for: wanted, until: deadline).isEmpty {
        let milliseconds = Int(timeout / .milliseconds(1))
        throw PostgresError(message: "no connection within \(milliseconds) ms", isConnectionLost: true)
      }
      switch PQconnectPoll(pointer) {
      case PGRES_POLLING_OK:
        PQsetErrorVerbosity(pointer, PQERRORS_DEFAULT)
        // From here on sending does not block either, which PQfinish relies on too.
        guard PQsetnonblocking(pointer, 1) == 0 else { throw handle.failure() }
        return handle
      case PGRES_POLLING_READING: wanted = .readable
      case PGRES_POLLING_WRITING: wanted = .writable
      default: throw handle.connectFailure()
      }
    }
    throw handle.connectFailure()
  }

  /// Whether the connection is known to be broken.
  var isBroken: Bool { PQstatus(pointer) == CONNECTION_BAD }

  /// Whether the server has nothing of ours under way.
  var isIdle: Bool { PQtransactionStatus(pointer) == PQTRANS_IDLE }

  /// Whether the server has ended an idle connection, or the network has: between statements it sends nothing but notices and farewells.
  /// Costs one system call as a rule.
  func hasEnded() -> Bool {
    if isBroken { return true }
    if SocketWait.wait(PQsocket(pointer), for: .readable, until: .now).isEmpty { return false }
    return PQconsumeInput(pointer) == 0 || isBroken
  }

  /// What libpq says last, of a connection that is of no use any more.
  func failure() -> PostgresError {
    PostgresError(message: LibpqMessage.firstLine(of: PQerrorMessage(pointer).map { String(cString: $0) } ?? ""), isConnectionLost: true)
  }

  private func connectFailure() -> PostgresError {
    LibpqMessage.connectError(PQerrorMessage(pointer).map { String(cString: $0) } ?? "")
  }
}
