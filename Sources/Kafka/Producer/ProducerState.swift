import Logging
import Synchronization

/// What a producer knows of itself, told by librdkafka's threads and read by anybody.
final class ProducerState: Sendable {
  private let state = Mutex(ProducerHealth())

  var health: ProducerHealth { state.withLock { $0 } }
  var fatalError: KafkaError? { state.withLock { $0.fatalError } }

  /// An error that is not about one record. Logged once until it changes.
  func note(_ error: KafkaError, logger: Logger) {
    let isNew = state.withLock { health in
      defer { health.lastError = error }
      if error.isFatal { health.fatalError = health.fatalError ?? error }
      if error.code == .allBrokersDown { health.allBrokersDownSince = health.allBrokersDownSince ?? .now }
      return health.lastError != error
    }
    guard isNew else { return }
    let level: Logger.Level = error.isFatal ? .critical : .warning
    logger.log(
      level: level, "the Kafka producer reports an error", metadata: ["error": "\(error)", "class": "\(error.failureClass.rawValue)"])
  }

  func noteDelivery() { state.withLock { $0.lastDeliveryAt = .now } }
  func noteReachable() { state.withLock { $0.allBrokersDownSince = nil } }
}
