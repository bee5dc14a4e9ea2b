import Logging
import Records
import Synchronization

/// Publishes records, idempotently and acknowledged by all in-sync replicas.
///
/// One call per batch, one completion per batch: librdkafka's background thread counts the records down in C and resumes the caller once.
public final class KafkaProducer: Sendable {
  private let configuration: KafkaProducerConfiguration
  private let client: NativeClient
  private let topics = TopicHandles()
  private let gate: RoomGate
  private let closing = ClosingGate()
  private let state: ProducerState
  private let metrics: ProducerMetrics
  private let logger: Logger

  /// Makes a client and starts to connect.
  /// - Throws: ``KafkaError`` for a property that librdkafka does not know or accept, or when the system gives no thread.
  public init(configuration: KafkaProducerConfiguration, logger: Logger) throws(KafkaError) {
    let properties = try configuration.librdkafkaProperties(isDebugLogged: logger.logLevel <= .debug)
    let (gate, state, metrics) = (RoomGate(), ProducerState(), ProducerMetrics(clientID: configuration.clientID))
    let callbacks = ClientCallbacks(
      logger: logger, onError: { state.note($0, logger: logger) },
      onStatistics: { summary in
        metrics.observe(depth: summary.queueDepth)
        if summary.brokersUpCount > 0 { state.noteReachable() }
      },
      onDelivered: { _ in
        state.noteDelivery()
        gate.signal()
      })
    let isBackground = configuration.deliveryThread == .background
    let client = try NativeClient(.producer(background: isBackground), properties: properties, callbacks: callbacks)
    self.configuration = configuration
    self.client = client
    self.gate = gate
    self.state = state
    self.metrics = metrics
    self.logger = logger
    let topics = topics
    do throws(KafkaError) {
      if let error = client.use({ topics.prepare(configuration.topics, client: $0) }) ?? nil { throw error }
      if !isBackground {
        try NativeThread.start(name: "kafka-producer") { while client.pollDeliveries(timeout: .milliseconds(100)) {} }
      }
    } catch {
      client.destroy { topics.destroy() }
      throw error
    }
  }

  deinit { startClosing(timeout: .seconds(5)) }

  /// Publishes records and waits until each is acknowledged by all in-sync replicas or has failed.
  ///
  /// Bounded by `queueFullTimeout` plus `deliveryTimeout`. Cancelling the task ends the wait for room in the queue: records not yet handed
  /// to librdkafka fail with `CANCELLED`, the others are waited for, since they may be written.
  /// - Throws: ``KafkaError`` when not one record could be sent: the producer is closed or has met a fatal error.
  public func send(_ records: OutgoingRecords) async throws(KafkaError) -> DeliveryReport {
    let started = ContinuousClock.now
    guard !records.isEmpty else { return DeliveryReport(recordsCount: 0, failures: [], duration: .zero) }
    if let error = state.fatalError { throw error }
    guard let prepared = client.use({ topics.prepare(records.topics, client: $0) }), closing.window == nil else {
      throw KafkaError(code: .closed, message: "the producer has been closed")
    }
    if let error = prepared { throw error }
    let operation = try SendOperation(records)
    let abandoned = await handOver(operation, count: records.count, deadline: started + configuration.queueFullTimeout)
    if let abandoned { operation.abandon(from: abandoned.from) }
    await operation.settled()
    let report = DeliveryReport(
      recordsCount: records.count, failures: operation.failures(abandoned: abandoned), duration: .now - started)
    metrics.sent(report)
    return report
  }

  /// Hands everything to librdkafka, waiting for room as often as needed. Returns where it gave up, and why.
  private func handOver(
    _ operation: SendOperation, count: Int, deadline: ContinuousClock.Instant
  ) async -> (from: Int, error: KafkaError)? {
    var next = 0
    while true {
      let generation = gate.generation
      // What is handed over after closing has given up the queue would get no delivery report, and its sender would wait for ever.
      guard closing.window == nil, let reached = operation.enqueue(from: next, client: client, topics: topics) else {
        return (next, KafkaError(code: .closed, message: "the producer has been closed"))
      }
      next = reached
      if next == count { return nil }
      if Task.isCancelled { return (next, KafkaError(code: .cancelled, message: "cancelled while the producer's queue was full")) }
      guard ContinuousClock.now < deadline else {
        return (next, KafkaError(code: .queueFull, message: "the producer's queue stayed full for \(configuration.queueFullTimeout)"))
      }
      metrics.waitedForRoom()
      await gate.wait(since: generation)
    }
  }

  /// How the producer is.
  public var health: ProducerHealth {
    var health = state.health
    health.queueDepth = client.queueDepth
    return health
  }

  /// How many partitions a topic has.
  public func partitionsCount(of topic: String, timeout: Duration = .seconds(10)) async throws(KafkaError) -> Int {
    try await NativeThread.call(name: "kafka-query") { [client] in
      Result { () throws(KafkaError) in try client.metadata(topic: topic, timeout: timeout).get().partitions(of: topic).count }
    }
  }

  /// Takes no more records, waits for those under way, and ends. Never takes longer than `timeout`: what is not acknowledged by then is
  /// given up (its senders get `_PURGE_QUEUE` or `_PURGE_INFLIGHT`), and a step that does not finish is named.
  public func close(timeout: Duration = .seconds(10)) async -> CloseReport {
    startClosing(timeout: timeout)
    return await closing.wait(timeout: timeout)
  }

  private func startClosing(timeout: Duration) {
    guard closing.begin(timeout: timeout) else { return }
    let (client, topics, closing) = (client, topics, closing)
    let end: @Sendable () -> Void = {
      client.flush(timeout: timeout * 0.7)
      let abandoned = client.queueDepth
      if abandoned > 0 {
        closing.note { $0.recordsAbandonedCount = abandoned }
        client.purge()
        client.flush(timeout: timeout * 0.1)
      }
      closing.enter(.destroy)
      client.destroy { topics.destroy() }
      closing.finish()
    }
    do throws(KafkaError) {
      try NativeThread.start(name: "kafka-close", end)
    } catch {
      logger.error("cannot close the Kafka producer", metadata: ["error": "\(error)"])
    }
  }

  /// Makes the producer fail as if the brokers had fenced it; for tests.
  package func raiseFatalErrorForTesting() { client.raiseFatalErrorForTesting() }
}
