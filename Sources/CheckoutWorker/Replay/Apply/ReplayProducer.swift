import Kafka
import Logging
import Records
import Replay
import Stage

/// Publishes replayed requests and audit events.
struct ReplayProducer: ReplaySink, ReplayAuditTrail {
  private let producer: KafkaProducer
  private let auditTopic: String?

  /// - Parameter publishTimeout: how long one publication may take, waiting for room included: less than a run's lease lasts.
  /// - Throws: `KafkaError`, ``SecretFileError``.
  init(assembly: WorkerAssembly, publishTimeout: Duration, logger: Logger) throws {
    let configuration = assembly.configuration
    auditTopic = configuration.replay.auditTopic
    var properties = try assembly.kafkaProperties()
    // That nothing is under way when the lease ends rests on this time-out, so the operator's does not count here.
    for name in ["message.timeout.ms", "delivery.timeout.ms", "linger.ms", "queue.buffering.max.ms"] { properties[name] = nil }
    producer = try KafkaProducer(
      configuration: KafkaProducerConfiguration(
        bootstrapServers: configuration.kafka.bootstrapServers,
        topics: [configuration.kafka.topics.requests] + [auditTopic].compactMap(\.self),
        clientID: "checkout-worker-replay", linger: .milliseconds(1), deliveryTimeout: publishTimeout * 0.8,
        queueFullTimeout: publishTimeout * 0.2,
        properties: properties),
      logger: logger)
  }

  func publish(_ records: OutgoingRecords) async throws -> PublishReport { try await KafkaSink(producer: producer).publish(records) }

  func publish(_ events: [ReplayAuditEvent]) async throws {
    guard let auditTopic else { return }
    var records = OutgoingRecords(recordsCapacity: events.count)
    for event in events { event.append(to: &records, topic: auditTopic, source: WorkerAssembly.eventSource) }
    let report = try await producer.send(records)
    guard let failure = report.failures.first else { return }
    throw KafkaError(
      code: failure.error.code, message: "\(auditTopic) (replay.auditTopic) did not take what was to be told: \(failure.error)",
      failureClass: failure.error.failureClass)
  }

  /// Ends the client.
  func close() async { _ = await producer.close(timeout: .seconds(2)) }
}
