import Logging
import NIOCore
import ServiceLifecycle
import Telemetry
import Testing

@testable import AdminHTTP

/// Runs an admin server on a free port of the loopback interface while a test talks to it.
enum AdminFixture {
  static func withServer<Result: Sendable>(
    token: AdminToken? = nil, content: AdminContent = AdminFixture.content(), clock: any Clock<Duration> = ContinuousClock(),
    configure: (inout AdminConfiguration) -> Void = { _ in }, _ body: @escaping @Sendable (_ port: Int) async throws -> Result
  ) async throws -> Result {
    var configuration = AdminConfiguration(port: 0, token: token)
    configure(&configuration)
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let server = AdminServer(
      configuration: configuration, content: content, clock: clock, uptime: { .seconds(93_784) },
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      onListening: { port.yield($0) })
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        // Ends the wait for the port when the server could not start.
        defer { port.finish() }
        try await server.run()
      }
      var iterator = ports.makeAsyncIterator()
      guard let port = await iterator.next() else {
        try await group.waitForAll()
        throw CancellationError()
      }
      let result = try await body(port)
      group.cancelAll()
      try await group.waitForAll()
      return result
    }
  }

  static func content(
    registry: PrometheusRegistry = PrometheusRegistry(), liveness: @escaping @Sendable () async -> [HealthCheck] = { [] },
    readiness: @escaping @Sendable () async -> [HealthCheck] = { [] }
  ) -> AdminContent {
    AdminContent(
      program: "checkout-worker <run>", version: "1.2.3", registry: registry, keyMetrics: ["missing", "lag", "post_seconds"],
      links: [
        OperationsLink(title: "Runbooks", target: "https://runbooks.example/worker?a=1&b=2", note: "what to do"),
        OperationsLink(title: "Evil", target: "javascript:alert(1)"),
      ], liveness: liveness, readiness: readiness)
  }
}
