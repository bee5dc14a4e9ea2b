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
    if let since = Self.brokersDownSince(consumer, producer) {
      checks.append(.failing("broker", "no broker can be reached for \(HumanText.duration(since.duration(to: .now)))"))
    } else if let broker = status.sending.brokerCheck(waiting: "replies") {
      checks.append(broker)
    } else {
      checks.append(
        health.hasBeenAssigned ? .ok("broker", "\(health.assignedPartitions.count) partitions") : .failing("broker", "not in the group yet")
      )
    }
    checks += status.sending.checks(merchants, waiting: "requests")
    checks.append(status.isDraining ? .failing("stage", "draining") : .ok("stage", "\(status.recordsInFlight) records in flight"))
    return checks
  }

  private static func brokersDownSince(_ consumer: KafkaConsumer, _ producer: KafkaProducer) -> ContinuousClock.Instant? {
    consumer.health.allBrokersDownSince ?? producer.health.allBrokersDownSince
  }

  func register(in registry: PrometheusRegistry) {
    let recordsInFlight = registry.gauge("checkout_creation_records_in_flight")
    let batchesInFlight = registry.gauge("checkout_creation_batches_in_flight")
    SendingHealth.register(
      in: registry, brokersDownSince: { [consumer, producer] in Self.brokersDownSince(consumer, producer) },
      { [service] in service.status.sending })
    registry.addCollector { [service] in
      let status = service.status
      recordsInFlight.set(Double(status.recordsInFlight))
      batchesInFlight.set(Double(status.batchesInFlight))
    }
  }
}

extension CreationStatus {
  /// What it says of the way to the gateway.
  fileprivate var sending: SendingHealth {
    SendingHealth(pacing: pacing, holds: holds.map { ($0.merchantIndex, $0.failure) }, holdings: holdings)
  }
}
