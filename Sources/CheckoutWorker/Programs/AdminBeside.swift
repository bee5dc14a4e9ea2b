import AdminHTTP
import Logging
import Telemetry

/// A stage's work with the admin endpoints beside it.
struct AdminBeside: Sendable {
  /// Where, and with which metrics.
  let setup: ProcessSetup
  /// The command, for the operations page.
  let program: String
  /// The metrics that the operations page shows.
  let keyMetrics: [String]

  /// Runs `work` to its end with the endpoints up from the first moment, so that whoever restarts processes that do not answer lets this one wait for
  /// its parts.
  /// - Throws: what `work` or the endpoints throw.
  func run<Value: Sendable>(_ work: @escaping @Sendable (HealthBoard) async throws -> Value) async throws -> Value {
    let health = HealthBoard()
    return try await withThrowingTaskGroup(of: Value?.self) { group in
      if let admin = try server(health) {
        group.addTask {
          try await admin.run()
          return nil
        }
      }
      group.addTask { try await work(health) }
      // The admin server ends only by cancellation or by an error, so the first result is the stage's.
      while let result = try await group.next() {
        guard let value = result else { continue }
        group.cancelAll()
        return value
      }
      throw CancellationError()
    }
  }

  /// The server; nil if `admin.port` is 0.
  /// - Throws: ``SecretFileError`` if the token file cannot be read.
  private func server(_ health: HealthBoard) throws -> AdminServer? {
    let admin = setup.configuration.admin
    guard admin.isEnabled else { return nil }
    let token = try admin.token.map { try $0.read() }.flatMap { AdminToken($0.reveal()) }
    return AdminServer(
      configuration: AdminConfiguration(host: admin.host, port: admin.port, token: token),
      content: AdminContent(
        program: program, version: WorkerVersion.current, registry: setup.registry, keyMetrics: keyMetrics,
        liveness: { health.liveness }, readiness: { health.readiness }),
      logger: Logger(label: "admin"))
  }
}
