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
      checks.append(status.sending.brokerCheck(waiting: "status events") ?? .ok("broker"))
    }
    checks += status.sending.checks(merchants, waiting: "polls")
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
    SendingHealth.register(
      in: registry, brokersDownSince: { [producer] in producer.health.allBrokersDownSince }, { [service] in service.status.sending })
    registry.addCollector { [service] in
      let status = service.status
      outstanding.set(Double(status.outstanding))
      due.set(Double(status.due))
      unresolved.set(Double(status.unresolved))
      let lateness = status.counts?.nextDueAt.map { WallClock.system.now() - $0 } ?? .zero
      overdue.set(max(0, Double(lateness.wholeMilliseconds) / 1000))
    }
  }
}

extension ReconciliationStatus {
  /// What it says of the way to the gateway.
  fileprivate var sending: SendingHealth {
    SendingHealth(pacing: pacing, holds: holds.map { ($0.merchantIndex, $0.failure) }, holdings: holdings)
  }
}
