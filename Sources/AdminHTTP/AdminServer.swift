import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
import Telemetry

/// The admin endpoints as a service: `/livez`, `/readyz`, `/metrics` and the operations page at `/`.
///
/// With a token configured a browser cannot open the page (it sends no bearer token); `curl -H "Authorization: Bearer …"` can.
public struct AdminServer: Service {
  private let configuration: AdminConfiguration
  private let content: AdminContent
  private let clock: any Clock<Duration>
  private let uptime: @Sendable () -> Duration
  private let logger: Logger
  private let onListening: @Sendable (_ port: Int) async -> Void

  /// - Parameters:
  ///   - configuration: address, token and bounds.
  ///   - content: what is shown.
  ///   - clock: times the deadline of health checks.
  ///   - uptime: the time since the process started; by default since this value was made.
  ///   - logger: for start and failures; requests are not logged.
  ///   - onListening: called once with the port that is listened on, which is of interest when the configured one is 0.
  public init(
    configuration: AdminConfiguration, content: AdminContent, clock: any Clock<Duration> = ContinuousClock(),
    uptime: (@Sendable () -> Duration)? = nil, logger: Logger, onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
  ) {
    self.configuration = configuration
    self.content = content
    self.clock = clock
    let started = ContinuousClock.now
    self.uptime = uptime ?? { started.duration(to: .now) }
    self.logger = logger
    self.onListening = onListening
  }

  /// Serves until the task is cancelled or graceful shutdown begins, and returns then.
  /// - Throws: ``AdminServerError`` with code `cannotListen` when the address cannot be listened on.
  public func run() async throws {
    let isListening = Atomic(false)
    do {
      try await makeApplication { port in
        isListening.store(true, ordering: .relaxed)
        logger.info("admin endpoints listening", metadata: ["admin.host": "\(configuration.host)", "admin.port": .stringConvertible(port)])
        await onListening(port)
      }.run()
    } catch {
      // The server reports its own cancellation in several ways; being cancelled is not a failure of the service.
      if Task.isCancelled { return }
      throw AdminServerError(
        code: isListening.load(ordering: .relaxed) ? .stopped : .cannotListen, host: configuration.host, port: configuration.port,
        reason: String(describing: error))
    }
  }

  private func makeApplication(onListening: @escaping @Sendable (_ port: Int) async -> Void) -> some ApplicationProtocol {
    // The framework's own start-up lines would repeat ours, and it logs being cancelled as an error; what matters comes out of `run()`.
    var quietLogger = logger
    quietLogger.logLevel = .critical
    let channel = HTTP1Channel.Configuration(
      idleTimeout: TimeAmount(configuration.idleTimeout),
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: configuration.headerBytesMax, maxHeaderListSize: configuration.headerBytesMax,
        maxHeaderFieldCount: configuration.headersMax))
    return Application(
      responder: AdminResponder(
        content: content, token: configuration.token,
        liveness: HealthProbe(deadline: configuration.checkDeadline, clock: clock, evaluate: content.liveness),
        readiness: HealthProbe(deadline: configuration.checkDeadline, clock: clock, evaluate: content.readiness), uptime: uptime),
      server: .http1(configuration: channel),
      configuration: ApplicationConfiguration(
        address: .hostname(configuration.host, port: configuration.port), backlog: 64,
        availableConnectionsDelegate: .maximum(configuration.connectionsMax, logger: quietLogger)),
      onServerRunning: { await onListening($0.localAddress?.port ?? configuration.port) }, logger: quietLogger)
  }
}
