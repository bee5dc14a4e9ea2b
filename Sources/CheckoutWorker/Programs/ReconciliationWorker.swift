import CheckoutSession
import Gateway
import Kafka
import Ledger
import Logging
import Pacing
import Reconciliation
import Synchronization
import Telemetry

/// The reconcile stage with its real parts: opens them, waits until they can be reached, runs the stage, and closes them in order.
final class ReconciliationWorker: Sendable {
  private let setup: ProcessSetup
  private let assembly: WorkerAssembly
  private let run: ReconciliationRun
  private let logger: Logger
  private let startup: StartupWait
  private let drainRequest: DrainRequest
  private let service = Mutex<ReconciliationService?>(nil)

  /// - Parameter run: how long it works.
  init(setup: ProcessSetup, run: ReconciliationRun, logger: Logger) {
    self.setup = setup
    assembly = WorkerAssembly(configuration: setup.configuration)
    self.run = run
    self.logger = logger
    // The next run of a timer comes in a minute; one that waits longer for its parts only piles up.
    startup = StartupWait(logger: logger, givesUpAfter: run == .watch ? nil : .seconds(30))
    drainRequest = DrainRequest(startup: startup)
  }

  /// Whether ``beginDrain()`` was called.
  var wasAskedToEnd: Bool { drainRequest.isMade }

  /// Asks it to end: what is under way is finished, what was only leased is given back. May be called at any time.
  func beginDrain() { drainRequest.make() }

  /// How the stage is doing; nil before it has begun.
  var status: ReconciliationStatus? { service.withLock { $0 }?.status }

  /// Runs until the work is done or ``beginDrain()``.
  /// - Throws: what ends the process, see ``PartFailure``; `CancellationError` if it was asked to end before it had begun.
  func reconcile() async throws -> ReconciliationStatistics {
    guard run == .watch else { return try await reconcile(health: HealthBoard()) }
    let admin = AdminBeside(
      setup: setup, program: "checkout-worker reconcile",
      keyMetrics: [
        "checkout_reconciliation_polls_total", "checkout_reconciliation_events_total", "checkout_reconciliation_outstanding",
        "checkout_reconciliation_due", "checkout_reconciliation_unresolved", "checkout_quota_granted", "checkout_merchants_held",
        "checkout_gateway_unreachable",
      ])
    return try await admin.run { [self] in try await reconcile(health: $0) }
  }

  private func reconcile(health: HealthBoard) async throws -> ReconciliationStatistics {
    let topics = [setup.configuration.kafka.topics.status]
    if LedgerPresence(setup.configuration.ledger.store) == .absent {
      logger.warning(
        "there is no ledger yet, a new and empty one is made; is ledger.url that of run?",
        metadata: ["file": "\(setup.configuration.ledger.store.name)"])
    }
    return try await StageParts.withOpen(assembly, topics: topics, startup: startup, logger: logger) { parts in
      _ = try await startup.retrying("broker", at: setup.configuration.kafka.bootstrapServers) {
        try await parts.partitionCounts(of: topics)
      }
      // The gateway is not probed: the first polls find out as much, and a run that finds nothing due need not reach it.
      let time = MonotonicTime.continuous()
      let service = ReconciliationService(
        configuration: assembly.reconciliation, run: run, reader: parts.gateway, ledger: parts.ledger,
        sink: KafkaSink(producer: parts.producer), time: time, wallClock: parts.ledger.clock, logger: Logger(label: "reconciliation"))
      let quota = StageQuota(
        assembly, lane: .reconciliation, ledger: parts.ledger, time: time, pacing: { service.status.pacing },
        apply: { service.setQuota(fraction: $0, pausedUntil: $1) })
      try drainRequest.stageBegins {
        service.beginDrain()
        parts.purgePublicationsLater()
      }
      self.service.withLock { $0 = service }
      health.begin(
        ReconciliationHealth(service: service, producer: parts.producer, merchants: setup.configuration.merchants), in: setup.registry)
      quota.register(in: setup.registry)
      logBegin()
      let statistics = try await quota.keep { try await service.run() }
      logEnd(statistics)
      return statistics
    }
  }

  private func logBegin() {
    logger.notice(
      "watching sessions",
      metadata: [
        "version": "\(WorkerVersion.current)", "run": "\(run)", "topic": "\(setup.configuration.kafka.topics.status)",
        "gateway": "\(setup.configuration.gateway.baseURL)", "ledger": "\(setup.configuration.ledger.store)",
      ])
  }

  private func logEnd(_ statistics: ReconciliationStatistics) {
    var metadata: Logger.Metadata = ["polls": "\(statistics.polls)"]
    for (status, count) in statistics.events { metadata["events.\(status.rawValue.lowercased())"] = "\(count)" }
    logger.notice("done", metadata: metadata)
  }
}
