import AdminHTTP
import Logging
import Telemetry

/// The admin endpoints of `run`.
enum WorkerAdmin {
  /// The server; nil if `admin.port` is 0.
  /// - Throws: ``SecretFileError`` if the token file cannot be read.
  static func server(setup: ProcessSetup, health: HealthBoard) throws -> AdminServer? {
    let admin = setup.configuration.admin
    guard admin.isEnabled else { return nil }
    let token = try admin.token.map { try $0.read() }.flatMap { AdminToken($0.reveal()) }
    return AdminServer(
      configuration: AdminConfiguration(host: admin.host, port: admin.port, token: token),
      content: AdminContent(
        program: "checkout-worker run", version: WorkerVersion.current, registry: setup.registry,
        keyMetrics: [
          "checkout_creation_replies_total", "checkout_creation_dead_letters_total", "checkout_creation_records_in_flight",
          "checkout_pacing_rate", "checkout_pacing_waiting", "checkout_merchants_held", "checkout_gateway_unreachable",
        ],
        liveness: { health.liveness }, readiness: { health.readiness }),
      logger: Logger(label: "admin"))
  }
}
