import AdminHTTP
import CheckoutSession
import Kafka
import Pacing
import Reconciliation
import Telemetry

/// How the reconcile stage and its parts are.
struct ReconciliationHealth: StageHealth {
  let service: ReconciliationService
  let producer: KafkaProducer
  let merchants: WorkerConfiguration.Merchants

  var liveness: [HealthCheck] {
    if let error = producer.health.fatalError { return [.failing("kafka", "\(error)")] }
    return [.ok("kafka")]
  }

  var readiness: [HealthCheck] {
    let status = service.status
    var checks: [HealthCheck] = []
    if let since = producer.health.allBrokersDownSince {
      checks.append(.failing("broker", "no broker can be reached for \(HumanText.duration(since.duration(to: .now)))"))
    } else {
      checks.append(.ok("broker"))
    }
    checks.append(status.isGatewayUnreachable ? .failing("gateway", "cannot be reached; polls wait") : .ok("gateway"))
    if status.holds.isEmpty {
      checks.append(.ok("merchants"))
    } else {
      let names = status.holds.map { "\(merchants.all[$0.merchantIndex].name): \($0.failure.code.rawValue)" }
      checks.append(.failing("merchants", "held, the gateway refuses them: " + names.joined(separator: ", ")))
    }
    checks.append(
      status.isDraining
        ? .failing("stage", "draining") : .ok("stage", "\(status.outstanding) sessions outstanding, \(status.due) due"))
    return checks
  }

  func register(in registry: PrometheusRegistry) {
    let outstanding = registry.gauge("checkout_reconciliation_outstanding")
    let due = registry.gauge("checkout_reconciliation_due")
    let unresolved = registry.gauge("checkout_reconciliation_unresolved")
    let overdue = registry.gauge("checkout_reconciliation_oldest_overdue_seconds")
    let inFlight = registry.gauge("checkout_pacing_requests_in_flight")
    let waiting = registry.gauge("checkout_pacing_waiting")
    let rate = registry.gauge("checkout_pacing_rate")
    let held = registry.gauge("checkout_merchants_held")
    let unreachable = registry.gauge("checkout_gateway_unreachable")
    registry.addCollector { [service] in
      let status = service.status
      outstanding.set(Double(status.outstanding))
      due.set(Double(status.due))
      unresolved.set(Double(status.unresolved))
      let lateness = status.counts?.nextDueAt.map { WallClock.system.now() - $0 } ?? .zero
      overdue.set(max(0, Double(lateness.wholeMilliseconds) / 1000))
      inFlight.set(Double(status.pacing.inFlight))
      waiting.set(Double(status.pacing.waiting))
      rate.set(status.pacing.requestsPerSecond)
      held.set(Double(status.holds.count))
      unreachable.set(status.isGatewayUnreachable ? 1 : 0)
    }
  }
}
