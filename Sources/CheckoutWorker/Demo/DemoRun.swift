import CheckoutSession
import Kafka
import Logging
import Metrics
import Reconciliation
import Synchronization

/// Both stages at work on the demo's requests, from the first record to the last session's end.
struct DemoRun {
  private let environment: DemoEnvironment
  private let requests: [DemoRequest]
  private let reader: DemoReader
  private let creation: CreationWorker
  private let reconciliation: ReconciliationWorker
  private let joined: AsyncStream<Void>
  private let clock = ContinuousClock()

  /// How long the last replies may take after the last request, and the last events after the last session's end; faults and the retries after them take
  /// seconds.
  private static let patience: Duration = .seconds(60)

  /// - Throws: what could not be started, and why.
  init(_ environment: DemoEnvironment, requests: [DemoRequest]) throws {
    self.environment = environment
    self.requests = requests
    reader = try DemoReader(environment.configuration)
    let registry = WorkerMetrics.makeRegistry()
    MetricsSystem.bootstrap(registry)
    let setup = ProcessSetup(configuration: environment.configuration, registry: registry)
    let (joined, hasJoined) = AsyncStream.makeStream(of: Void.self)
    self.joined = joined
    creation = CreationWorker(
      setup: setup, stop: .never, logger: Logger(label: "run"), onPartitionEvent: { if $0.kind == .assigned { hasJoined.finish() } })
    reconciliation = ReconciliationWorker(setup: setup, run: .watch, logger: Logger(label: "reconcile"))
  }

  /// Runs until every session has ended.
  /// - Returns: what was read.
  /// - Throws: what ended a stage; `CancellationError`.
  func run() async throws -> DemoReader {
    let reading = Task { [reader] in await reader.run() }
    defer { reading.cancel() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { _ = try await creation.run() }
      group.addTask { _ = try await reconciliation.reconcile() }
      group.addTask { try await feed() }
      do {
        for try await _ in group {}
      } catch {
        beginDrain()
        throw error
      }
    }
    return reader
  }

  private func beginDrain() {
    creation.beginDrain()
    reconciliation.beginDrain()
  }

  /// Publishes, shows progress, waits for the last reply and the last session's end, and tells the workers to end.
  private func feed() async throws {
    StandardStreams.write("  waiting for the worker to join its consumer group (the mock cluster takes 3 s over it)")
    for await _ in joined {}
    try Task.checkCancellation()
    let publisher = try DemoPublisher(environment.configuration)
    let published = Atomic<Int>(0)
    let progress = DemoProgress()
    let show: @Sendable () -> Void = { [reader, requests] in
      progress.show(published: published.load(ordering: .relaxed), of: requests.count, reader.tally)
    }
    let ticking = Task { [clock] in
      while !Task.isCancelled {
        show()
        try await clock.sleep(for: progress.interval)
      }
    }
    defer {
      ticking.cancel()
      progress.end()
      beginDrain()
    }
    try await publisher.publish(requests, clock: clock) { published.store($0, ordering: .relaxed) }
    try await wait(for: Self.patience) { [reader, requests] in
      let tally = reader.tally
      return tally.replies >= requests.count && reader.deadLetters >= tally.rejectedOrFailed
    }
    try await wait(for: CreatedSession.lifetime / DemoScenario.timeScale + Self.patience) { [reader] in
      let tally = reader.tally
      return tally.sessionsEnded == tally.sessionsTotal
    }
    // A record too many would come right after the last one that was wanted.
    try await clock.sleep(for: .milliseconds(300))
    if !StandardStreams.outputIsTerminal { show() }
    _ = await publisher.producer.close(timeout: .seconds(2))
  }

  /// Waits until `isDone`, or until `patience` ends: the verdict names what did not come.
  private func wait(for patience: Duration, until isDone: () -> Bool) async throws {
    let deadline = clock.now + patience
    while !isDone(), clock.now < deadline { try await clock.sleep(for: .milliseconds(20)) }
  }
}
