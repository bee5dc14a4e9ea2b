import AdminHTTP
import CheckoutSession
import Creation
import Gateway
import Kafka
import Ledger
import Logging
import Pacing
import Synchronization
import Telemetry

/// The create stage with its real parts: opens them, waits until they can be reached, runs the stage, and closes them in order.
final class CreationWorker: Sendable {
  private enum Phase {
    case starting
    case working(CreationService, KafkaProducer)
    case asked
  }

  private let setup: ProcessSetup
  private let assembly: WorkerAssembly
  private let stop: KafkaConsumerConfiguration.StopCondition
  private let logger: Logger
  private let phase = Mutex(Phase.starting)
  private let startup: StartupWait
  private let onPartitionEvent: (@Sendable (PartitionEvent) -> Void)?

  // The 25 s of a drain, at the worst: the stage gives up what is in flight after 12 s (`WorkerAssembly.drainTimeout`) and ends 5 s later; what librdkafka
  // has not delivered by then is purged, and the consumer leaves its group. `SignalGuard` ends the process whatever hangs.
  private static let purgeAfter: Duration = .seconds(16)
  private static let purgeTimeout: Duration = .seconds(1)
  private static let consumerCloseTimeout: Duration = .seconds(4)
  private static let producerCloseTimeout: Duration = .seconds(2)
  private static let gatewayGrace: Duration = .milliseconds(500)

  /// - Parameter onPartitionEvent: called on the consumer's thread when partitions come and go.
  init(
    setup: ProcessSetup, stop: KafkaConsumerConfiguration.StopCondition, logger: Logger,
    onPartitionEvent: (@Sendable (PartitionEvent) -> Void)? = nil
  ) {
    self.onPartitionEvent = onPartitionEvent
    self.setup = setup
    assembly = WorkerAssembly(configuration: setup.configuration)
    self.stop = stop
    self.logger = logger
    // A batch job that cannot begin should fail while its scheduler looks; a service waits for as long as it takes.
    startup = StartupWait(logger: logger, givesUpAfter: stop == .never ? nil : .seconds(60))
  }

  /// Whether ``beginDrain()`` was called before the work had ended by itself.
  var wasAskedToEnd: Bool {
    phase.withLock { phase in
      if case .working(let service, _) = phase { service.status.isDraining } else { true }
    }
  }

  /// Asks it to end: what is under way is finished or abandoned. May be called at any time.
  func beginDrain() {
    let working = phase.withLock { phase -> (CreationService, KafkaProducer)? in
      switch phase {
      case .working(let service, let producer): return (service, producer)
      case .starting, .asked:
        phase = .asked
        return nil
      }
    }
    guard let (service, producer) = working else { return startup.cancel() }
    service.beginDrain()
    Task {
      // Ends every publication that a silent broker holds up. Does nothing if the producer has been closed by then.
      try await ContinuousClock().sleep(for: Self.purgeAfter)
      _ = await producer.close(timeout: Self.purgeTimeout)
    }
  }

  /// Runs until the source ends or ``beginDrain()``.
  /// - Throws: what ends the process, see ``PartFailure``; `CancellationError` if it was asked to end before it had begun.
  func run() async throws -> CreationStatistics {
    let health = HealthBoard()
    return try await withThrowingTaskGroup(of: CreationStatistics?.self) { group in
      // First of all, so that whoever restarts processes that do not answer lets this one wait for its parts.
      if let admin = try WorkerAdmin.server(setup: setup, health: health) {
        group.addTask {
          try await admin.run()
          return nil
        }
      }
      group.addTask { try await self.work(health) }
      // The admin server ends only by cancellation or by an error, so the first result is the stage's.
      while let result = try await group.next() {
        guard let statistics = result else { continue }
        group.cancelAll()
        return statistics
      }
      throw CancellationError()
    }
  }

  private func work(_ health: HealthBoard) async throws -> CreationStatistics {
    let ledger = try await startup.retrying("ledger", at: "\(setup.configuration.ledger.store)") {
      try await SQLiteLedger.open(self.assembly.ledger(.readWrite), logger: Logger(label: "ledger"))
    }
    let gateway = try GatewayClient(configuration: assembly.gateway(), logger: Logger(label: "gateway"))
    let producer = try KafkaProducer(configuration: assembly.producer(), logger: Logger(label: "kafka-producer"))
    do {
      let statistics = try await run(ledger: ledger, gateway: gateway, producer: producer, health: health)
      await close(ledger: ledger, gateway: gateway, producer: producer)
      return statistics
    } catch {
      await close(ledger: ledger, gateway: gateway, producer: producer)
      throw error
    }
  }

  private func run(
    ledger: SQLiteLedger, gateway: GatewayClient, producer: KafkaProducer, health: HealthBoard
  ) async throws -> CreationStatistics {
    let partitionCounts = try await startup.retrying("broker", at: setup.configuration.kafka.bootstrapServers) {
      try await self.partitionCounts(producer)
    }
    try await startup.retrying("gateway", at: setup.configuration.gateway.baseURL) {
      let report = await gateway.probe()
      try self.judge(report)
    }
    let consumer = try KafkaConsumer(
      configuration: assembly.consumer(stop: stop, onPartitionEvent: onPartitionEvent), logger: Logger(label: "kafka-consumer"))
    let service = CreationService(
      configuration: assembly.creation(partitionCounts: partitionCounts), source: KafkaRequestSource(consumer),
      sink: KafkaReplySink(producer: producer), creator: gateway, ledger: ledger, endsWhenRefused: stop != .never,
      logger: Logger(label: "creation"))
    let result: Result<CreationStatistics, any Error>
    do {
      try begin(service, producer)
      health.begin(
        WorkerHealth(service: service, consumer: consumer, producer: producer, merchants: setup.configuration.merchants), in: setup.registry
      )
      result = .success(try await run(service, beside: housekeeping(ledger)))
    } catch {
      result = .failure(error)
    }
    // The stage has finished or given up every record, so there is nothing to wait for.
    log(await consumer.close(timeout: Self.consumerCloseTimeout, waitsForRecords: false), of: "consumer")
    return try result.get()
  }

  /// A batch job ends for anything that does not work. A service waits only for the gateway itself: a merchant that is refused is held by the stage, and
  /// must not keep the others waiting.
  private func judge(_ report: ProbeReport) throws {
    for finding in report.findings {
      guard let failure = finding.failure else { continue }
      if stop != .never || failure.failureClass == .transient { throw failure }
      logger.error(
        "not usable now, starting without it",
        metadata: ["what": "\(finding.subject)", "code": "\(failure.code.rawValue)", "detail": "\(failure.detail)"])
    }
  }

  private func begin(_ service: CreationService, _ producer: KafkaProducer) throws {
    try phase.withLock { phase in
      if case .asked = phase { throw CancellationError() }
      phase = .working(service, producer)
    }
    logger.notice(
      "creating sessions",
      metadata: [
        "version": "\(WorkerVersion.current)", "topic": "\(setup.configuration.kafka.topics.requests)",
        "group": "\(setup.configuration.kafka.groupId)", "gateway": "\(setup.configuration.gateway.baseURL)",
        "requests_per_second":
          "\(setup.configuration.gateway.quota.requestsPerSecond.requestsPerSecond.map(String.init(describing:)) ?? "unlimited")",
      ])
  }

  private func housekeeping(_ ledger: SQLiteLedger) -> LedgerHousekeeping {
    LedgerHousekeeping(
      ledger: ledger, retention: setup.configuration.ledger.retention, lifetimeUncertainty: assembly.lifetimeUncertainty,
      logger: Logger(label: "ledger"))
  }

  /// The stage, with the ledger's housekeeping beside it.
  private func run(_ service: CreationService, beside housekeeping: LedgerHousekeeping) async throws -> CreationStatistics {
    async let _: Void = housekeeping.run()
    let statistics = try await service.run()
    log(statistics)
    return statistics  // leaving the scope cancels the housekeeping and waits for it
  }

  private func log(_ statistics: CreationStatistics) {
    var metadata: Logger.Metadata = [
      "consumed": "\(statistics.consumed)", "replies": "\(statistics.repliesTotal)", "dead_letters": "\(statistics.deadLetters)",
      "abandoned": "\(statistics.abandoned)",
    ]
    for (outcome, count) in statistics.replies { metadata["outcome.\(outcome.rawValue.lowercased())"] = "\(count)" }
    logger.notice("done", metadata: metadata)
  }

  /// Also proves that the broker can be reached and that the topics are there.
  private func partitionCounts(_ producer: KafkaProducer) async throws -> [String: Int] {
    var counts: [String: Int] = [:]
    for topic in assembly.neededTopics { counts[topic] = try await producer.partitionsCount(of: topic, timeout: .seconds(5)) }
    return counts
  }

  private func close(ledger: SQLiteLedger, gateway: GatewayClient, producer: KafkaProducer) async {
    async let gatewayIsDown: Void = gateway.shutdown(grace: Self.gatewayGrace)
    log(await producer.close(timeout: Self.producerCloseTimeout), of: "producer")
    await gatewayIsDown
    await ledger.close()
  }

  private func log(_ report: CloseReport, of client: String) {
    // Records that were given up come again, as a drain has said already.
    guard report.unfinishedStep != nil || report.commitError != nil else { return }
    logger.warning(
      "the \(client) did not close cleanly",
      metadata: [
        "unfinished_step": "\(report.unfinishedStep?.rawValue ?? "none")", "records_abandoned": "\(report.recordsAbandonedCount)",
        "commit_error": "\(report.commitError.map(String.init(describing:)) ?? "none")",
      ])
  }
}
