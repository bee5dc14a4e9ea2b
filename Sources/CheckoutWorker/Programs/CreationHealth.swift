import AdminHTTP
import CheckoutSession
import Creation
import Kafka
import Pacing
import Telemetry

/// How the create stage and its parts are.
struct CreationHealth: StageHealth {
  let service: CreationService
  let consumer: KafkaConsumer
  let producer: KafkaProducer
  let merchants: WorkerConfiguration.Merchants

  /// How long the consumer's thread may be silent; it looks around at least every half second, and rebalances may take it longer.
  private static let silenceMax: Duration = .seconds(60)

  var liveness: [HealthCheck] {
    let health = consumer.health
    if let error = health.fatalError ?? producer.health.fatalError { return [.failing("kafka", "\(error)")] }
    let silence = health.lastPollAt.duration(to: .now)
    return silence > Self.silenceMax && health.revokingSince == nil
      ? [.failing("kafka", "the consumer has not polled for \(silence)")] : [.ok("kafka")]
  }

  var readiness: [HealthCheck] {
    let status = service.status
    let health = consumer.health
    var checks: [HealthCheck] = []
    if let since = health.allBrokersDownSince ?? producer.health.allBrokersDownSince {
      checks.append(.failing("broker", "no broker can be reached for \(HumanText.duration(since.duration(to: .now)))"))
    } else {
      checks.append(
        health.hasBeenAssigned ? .ok("broker", "\(health.assignedPartitions.count) partitions") : .failing("broker", "not in the group yet")
      )
    }
    checks.append(status.isGatewayUnreachable ? .failing("gateway", "cannot be reached; requests wait") : .ok("gateway"))
    if status.holds.isEmpty {
      checks.append(.ok("merchants"))
    } else {
      let names = status.holds.map { "\(merchants.all[$0.merchantIndex].name): \($0.failure.code.rawValue)" }
      checks.append(.failing("merchants", "held, the gateway refuses them: " + names.joined(separator: ", ")))
    }
    checks.append(status.isDraining ? .failing("stage", "draining") : .ok("stage", "\(status.recordsInFlight) records in flight"))
    return checks
  }

  func register(in registry: PrometheusRegistry) {
    let recordsInFlight = registry.gauge("checkout_creation_records_in_flight")
    let batchesInFlight = registry.gauge("checkout_creation_batches_in_flight")
    let waiting = registry.gauge("checkout_pacing_waiting")
    let delayed = registry.gauge("checkout_pacing_delayed")
    let inFlight = registry.gauge("checkout_pacing_requests_in_flight")
    let rate = registry.gauge("checkout_pacing_rate")
    let held = registry.gauge("checkout_merchants_held")
    let unreachable = registry.gauge("checkout_gateway_unreachable")
    registry.addCollector { [service] in
      let status = service.status
      recordsInFlight.set(Double(status.recordsInFlight))
      batchesInFlight.set(Double(status.batchesInFlight))
      waiting.set(Double(status.pacing.waiting))
      delayed.set(Double(status.pacing.delayed))
      inFlight.set(Double(status.pacing.inFlight))
      rate.set(status.pacing.requestsPerSecond)
      held.set(Double(status.holds.count))
      unreachable.set(status.isGatewayUnreachable ? 1 : 0)
    }
  }
}
