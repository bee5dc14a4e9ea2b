import AdminHTTP
import Synchronization
import Telemetry

/// A stage's health as the admin endpoints see it: from the first moment on, when the parts are still waited for.
final class HealthBoard: Sendable {
  private let health = Mutex<(any StageHealth)?>(nil)

  /// From now on the parts are there.
  func begin(_ health: any StageHealth, in registry: PrometheusRegistry) {
    health.register(in: registry)
    self.health.withLock { $0 = health }
  }

  /// A process that waits for its parts is alive.
  var liveness: [HealthCheck] { health.withLock { $0 }?.liveness ?? [.ok("startup", "waiting for ledger, broker and gateway")] }

  /// It cannot work yet, though.
  var readiness: [HealthCheck] {
    health.withLock { $0 }?.readiness ?? [.failing("startup", "waiting for ledger, broker and gateway; the log says for which")]
  }
}
