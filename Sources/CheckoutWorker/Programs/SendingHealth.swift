import AdminHTTP
import CheckoutSession
import Pacing
import Telemetry

/// What both stages tell of their way to the gateway.
struct SendingHealth: Sendable {
  /// Calls on their way.
  let pacing: PacerSnapshot
  /// Held merchants: their indices, and what the gateway said last.
  let holds: [(merchantIndex: Int, failure: GatewayFailure)]
  /// Whether nobody gets through.
  let isGatewayUnreachable: Bool

  /// Whether the gateway can be reached, and whether it takes every merchant.
  /// - Parameter waiting: what waits meanwhile: `requests`, `polls`.
  func checks(_ merchants: WorkerConfiguration.Merchants, waiting: String) -> [HealthCheck] {
    let gateway: HealthCheck = isGatewayUnreachable ? .failing("gateway", "cannot be reached; \(waiting) wait") : .ok("gateway")
    guard !holds.isEmpty else { return [gateway, .ok("merchants")] }
    let names = holds.map { "\(merchants.all[$0.merchantIndex].name): \($0.failure.code.rawValue)" }
    return [gateway, .failing("merchants", "held, the gateway refuses them: " + names.joined(separator: ", "))]
  }

  /// Brings the gauges up to date whenever metrics are read.
  static func register(in registry: PrometheusRegistry, _ read: @escaping @Sendable () -> SendingHealth) {
    let waiting = registry.gauge("checkout_pacing_waiting")
    let delayed = registry.gauge("checkout_pacing_delayed")
    let inFlight = registry.gauge("checkout_pacing_requests_in_flight")
    let rate = registry.gauge("checkout_pacing_rate")
    let held = registry.gauge("checkout_merchants_held")
    let unreachable = registry.gauge("checkout_gateway_unreachable")
    registry.addCollector {
      let now = read()
      waiting.set(Double(now.pacing.waiting))
      delayed.set(Double(now.pacing.delayed))
      inFlight.set(Double(now.pacing.inFlight))
      rate.set(now.pacing.requestsPerSecond)
      held.set(Double(now.holds.count))
      unreachable.set(now.isGatewayUnreachable ? 1 : 0)
    }
  }
}
