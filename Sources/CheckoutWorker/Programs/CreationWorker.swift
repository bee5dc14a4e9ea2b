import AdminHTTP
import CheckoutSession
import Creation
import Gateway
import Kafka
import Ledger
import Logging
import Pacing
import Telemetry

/// The create stage with its real parts: opens them, waits until they can be reached, runs the stage, and closes them in order.
final class CreationWorker: Sendable {
  private let setup: ProcessSetup
  private let assembly: WorkerAssembly
  private let stop: KafkaConsumerConfiguration.StopCondition
  private let logger: Logger
  private let startup: StartupWait
  private let drainRequest: DrainRequest
  private let onPartitionEvent: (@Sendable (PartitionEvent) -> Void)?

  // The 25 s of a drain, at the worst: the stage gives up what is in flight after 12 s (`WorkerAssembly.drainTimeout`) and ends 5 s later; what librdkafka
  // has not delivered by then is purged (`StageParts`), and the consumer leaves its group. `SignalGuard` ends the process whatever hangs.
  private static let consumerCloseTimeout: Duration = .seconds(4)

  /// How long a batch job waits for a gateway, a ledger or a broker that brings nothing. What it leaves is not committed, and the next run finds it.
  private static let standstillTimeout: Duration = .seconds(60)

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
    drainRequest = DrainRequest(startup: startup)
  }

  /// Whether ``beginDrain()`` was called.
  var wasAskedToEnd: Bool { drainRequest.isMade }

  /// Asks it to end: what is under way is finished or abandoned. May be called at any time.
  func beginDrain() { drainRequest.make() }

  /// Runs until the source ends or ``beginDrain()``.
  /// - Throws: what ends the process, see ``PartFailure``; `CancellationError` if it was asked to end before it had begun.
  func run() async throws -> CreationStatistics {
    let admin = AdminBeside(
      setup: setup, program: "checkout-worker run",
      keyMetrics: [
        "checkout_creation_replies_total", "checkout_creation_dead_letters_total", "checkout_creation_records_in_flight",
        "checkout_pacing_rate", "checkout_pacing_waiting", "checkout_merchants_held", "checkout_gateway_unreachable",
      ])
    return try await admin.run { [self] health in
      try await StageParts.withOpen(assembly, topics: assembly.writtenTopics, startup: startup, logger: logger) { parts in
        try await run(parts, health: health)
      }
    }
  }

  private func run(_ parts: StageParts, health: HealthBoard) async throws -> CreationStatistics {
    let partitionCounts = try await startup.retrying("broker", at: setup.configuration.kafka.bootstrapServers) {
      try await parts.partitionCounts(of: self.assembly.neededTopics)
    }
    try await startup.retrying("gateway", at: setup.configuration.gateway.baseURL) {
      let report = await parts.gateway.probe()
      try self.judge(report)
    }
    let share = assignedShare(parts, known: partitionCounts)
    let consumer = try KafkaConsumer(
      configuration: assembly.consumer(
        stop: stop,
        onPartitionEvent: { [onPartitionEvent] event in
          share.take(event)
          onPartitionEvent?(event)
        }), logger: Logger(label: "kafka-consumer"))
    let time = MonotonicTime.continuous()
    let service = CreationService(
      configuration: assembly.creation(partitionCounts: partitionCounts), source: KafkaRequestSource(consumer),
      sink: KafkaSink(producer: parts.producer), creator: parts.gateway, ledger: parts.ledger, time: time, wallClock: parts.gateway.clock,
      endsWhenRefused: stop != .never, standstillTimeout: stop == .never ? nil : Self.standstillTimeout,
      logger: Logger(label: "creation"))
    let quota = StageQuota(
      assembly, lane: .creation, share: share, ledger: parts.ledger, time: time, pacing: { service.status.pacing },
      apply: { service.setQuota(fraction: $0, pausedUntil: $1) })
    let result: Result<CreationStatistics, any Error>
    do {
      try drainRequest.stageBegins {
        service.beginDrain()
        parts.purgePublicationsLater()
      }
      logBegin()
      health.begin(
        CreationHealth(service: service, consumer: consumer, producer: parts.producer, merchants: setup.configuration.merchants),
        in: setup.registry)
      quota.register(in: setup.registry)
      result = .success(try await quota.keep { try await self.run(service, beside: self.housekeeping(parts)) })
    } catch {
      result = .failure(error)
    }
    // The stage has finished or given up every record, so there is nothing to wait for.
    await consumer.close(timeout: Self.consumerCloseTimeout, waitsForRecords: false).log("consumer", logger)
    return try result.get()
  }

  /// What part of the request topic's partitions is ours, from the rebalances.
  private func assignedShare(_ parts: StageParts, known: [String: Int]) -> AssignedShare {
    let topic = setup.configuration.kafka.topics.requests
    return AssignedShare(known: known[topic] ?? 1, logger: Logger(label: "quota")) {
      try await parts.partitionCounts(of: [topic])[topic] ?? 0
    }
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

  private func logBegin() {
    logger.notice(
      "creating sessions",
      metadata: [
        "version": "\(WorkerVersion.current)", "topic": "\(setup.configuration.kafka.topics.requests)",
        "group": "\(setup.configuration.kafka.groupId)", "gateway": "\(setup.configuration.gateway.baseURL)",
        "requests_per_second":
          "\(setup.configuration.gateway.quota.requestsPerSecond.requestsPerSecond.map(String.init(describing:)) ?? "unlimited")",
      ])
  }

  private func housekeeping(_ parts: StageParts) -> LedgerHousekeeping {
    LedgerHousekeeping(
      ledger: parts.ledger, retention: setup.configuration.ledger.retention,
      historyRetention: setup.configuration.replay.historyRetention, lifetimeUncertainty: assembly.lifetimeUncertainty,
      wallClock: parts.gateway.clock, isTimeKnown: { [gateway = parts.gateway] in gateway.isTimeKnown },
      logger: Logger(label: "ledger"))
  }

  /// The stage, with the ledger's housekeeping beside it.
  private func run(_ service: CreationService, beside housekeeping: LedgerHousekeeping) async throws -> CreationStatistics {
    async let _: Void = housekeeping.run()
    let statistics = try await service.run()
    log(statistics)
    if stop != .never { await housekeeping.end() }
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
}
