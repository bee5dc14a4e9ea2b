import CheckoutSession
import Logging
import Synchronization

/// Makes connections, with pauses while that fails.
final class PostgresConnector: Sendable {
  let configuration: PostgreSQLLedgerConfiguration
  /// The server's clock, asked over every new connection.
  let clock: ServerClock
  private let monotonic: @Sendable () -> Duration
  private let logger: Logger
  private let pause = Mutex(ReconnectPause())

  init(_ configuration: PostgreSQLLedgerConfiguration, monotonic: @escaping @Sendable () -> Duration, logger: Logger) {
    self.configuration = configuration
    self.monotonic = monotonic
    self.logger = logger
    clock = ServerClock(monotonic: monotonic)
  }

  /// Connects, on a thread that may be blocked. Throws at once while the pause after a failure lasts.
  func connect() throws(LedgerFailure) -> PostgresSession {
    let started = monotonic()
    if let failure = pause.withLock({ $0.begin(now: started) }) { throw failure }
    do {
      let password = try configuration.password?()
      let parameters = PostgresSettings.parameters(configuration, password: password)
      let handle = try PostgresHandle.connect(parameters, timeout: configuration.connectTimeout)
      let session = PostgresSession(handle, statementTimeout: configuration.statementTimeout)
      try clock.ask(session)
      if pause.withLock({ $0.succeeded() }) { logger.notice("ledger \(configuration.name) is back") }
      return session
    } catch {
      var error = error
      if var reason = error as? PostgresError {
        // Asking for the time is all that was under way.
        reason.isInDoubt = false
        error = reason
      }
      let failure = LedgerFailure(postgres: error, ledger: configuration.name)
      let isFirst = pause.withLock { $0.failed(failure, startedAt: started, now: monotonic()) }
      if isFirst { logger.warning("\(failure.message)", metadata: ["code": "\(failure.code.rawValue)"]) }
      throw failure
    }
  }
}
