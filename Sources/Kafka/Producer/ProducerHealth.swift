/// How a producer is, for readiness checks and the operations page.
public struct ProducerHealth: Sendable {
  /// The error after which it can send nothing more.
  public var fatalError: KafkaError?
  /// The newest error that did not end it.
  public var lastError: KafkaError?
  /// Since when no broker can be reached; nil while one can.
  public var allBrokersDownSince: ContinuousClock.Instant?
  /// When a record was last acknowledged, or found to have failed.
  public var lastDeliveryAt: ContinuousClock.Instant?
  /// Records queued and in flight.
  public var queueDepth = 0
}
