import AdminHTTP
import Telemetry

/// How a stage and its parts are: for `/livez`, `/readyz` and the gauges.
protocol StageHealth: Sendable {
  /// Whether the process still moves; if not, restarting it helps.
  var liveness: [HealthCheck] { get }
  /// Whether it can do its work now; if not, a person may have to look.
  var readiness: [HealthCheck] { get }
  /// Brings the gauges up to date whenever metrics are read.
  func register(in registry: PrometheusRegistry)
}
