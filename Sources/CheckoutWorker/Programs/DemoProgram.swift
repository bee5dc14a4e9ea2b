import CheckoutSession
import Creation
import FoundationEssentials
import GatewaySimulator
import Kafka
import KafkaTestKit
import Logging
import Metrics
import Synchronization
import Telemetry

#if canImport(Glibc)
  import Glibc
#endif

/// `checkout-worker demo`: everything on this machine, end to end, with a comparison against the truth.
public struct DemoProgram: Sendable {
  private let requests: Int
  private let seed: UInt64
  private let logFile: String?

  /// How long the last replies may take after the last request; faults and the retries after them take seconds.
  private static let patience: Duration = .seconds(60)

  /// - Parameters:
  ///   - requests: how many to publish.
  ///   - seed: what requests and faults are drawn from.
  ///   - logFile: where the worker's log goes, at debug level; nil: nowhere.
  public init(requests: Int, seed: UInt64, logFile: String?) {
    self.requests = requests
    self.seed = seed
    self.logFile = logFile
  }

  /// Runs it all and prints what came of it.
  public func run() async -> ExitStatus {
    signal(SIGPIPE, SIG_IGN)
    let work = Task { await runToTheEnd() }
    return await SignalGuard.run(logger: Logger(label: "demo"), onFirstSignal: { work.cancel() }) { await work.value }
  }

  private func runToTheEnd() async -> ExitStatus {
    do {
      try bootstrapLogging()
      let environment = try await DemoEnvironment.start(seed: seed)
      let status: ExitStatus
      do {
        status = try await run(in: environment)
      } catch {
        await environment.stop()
        throw error
      }
      await environment.stop()
      return status
    } catch is CancellationError {
      StandardStreams.writeError("The demo was interrupted.")
      return .failed
    } catch {
      StandardStreams.writeError("The demo could not run to its end: \(error)")
      return PartFailure.exitStatus(for: error)
    }
  }

  private func run(in environment: DemoEnvironment) async throws -> ExitStatus {
    let topics = environment.configuration.kafka.topics
    StandardStreams.write(
      """
      Checkout Session Worker \(WorkerVersion.current), demo with seed \(seed)
        broker   \(environment.broker.bootstrapServers) (librdkafka's mock cluster, in this process)
                 look in while it runs: kcat -b \(environment.broker.bootstrapServers) -C -t \(topics.replies)
        gateway  \(environment.gateway.url) (the simulator, failing now and then)
        ledger   \(environment.folder)/ledger.sqlite

      """)
    let made = Self.requests(count: requests, seed: seed)
    let (hasJoined, joined) = AsyncStream.makeStream(of: Void.self)
    let reader = try DemoReader(environment.configuration)
    let registry = WorkerMetrics.makeRegistry()
    MetricsSystem.bootstrap(registry)
    let worker = CreationWorker(
      setup: ProcessSetup(configuration: environment.configuration, registry: registry), stop: .never, logger: Logger(label: "run"),
      onPartitionEvent: { if $0.kind == .assigned { joined.finish() } })
    let clock = ContinuousClock()
    try await withThrowingTaskGroup(of: Void.self) { group in
      let reading = Task { await reader.run() }
      group.addTask { _ = try await worker.run() }
      group.addTask {
        StandardStreams.write("  waiting for the worker to join its consumer group (the mock cluster takes 3 s over it)")
        for await _ in hasJoined {}
        try await feed(made, environment: environment, reader: reader, worker: worker, clock: clock)
      }
      do {
        try await group.waitForAll()
      } catch {
        worker.beginDrain()
        reading.cancel()
        throw error
      }
      reading.cancel()
    }
    return conclude(made, reader: reader, environment: environment, elapsed: reader.elapsed)
  }

  /// Publishes, shows progress, waits for the last reply and tells the worker to end.
  private func feed(
    _ made: [DemoRequest], environment: DemoEnvironment, reader: DemoReader, worker: CreationWorker, clock: ContinuousClock
  ) async throws {
    let progress = DemoProgress()
    let published = Atomic<Int>(0)
    let publisher = try DemoPublisher(environment.configuration)
    let show: @Sendable () -> Void = {
      progress.show(
        published: published.load(ordering: .relaxed), of: made.count, replies: reader.replies.count,
        sessions: environment.gateway.stats().sessions)
    }
    let ticking = Task {
      while !Task.isCancelled {
        show()
        try await clock.sleep(for: progress.interval)
      }
    }
    defer {
      ticking.cancel()
      progress.end()
      worker.beginDrain()
    }
    try await publisher.publish(made, clock: clock) { published.store($0, ordering: .relaxed) }
    let deadline = clock.now + Self.patience
    while reader.replies.count < made.count, clock.now < deadline { try await clock.sleep(for: .milliseconds(20)) }
    let deadLetters = reader.replies.filter { $0.outcome == .rejected || $0.outcome == .failed }.count
    while reader.deadLetters < deadLetters, clock.now < deadline { try await clock.sleep(for: .milliseconds(20)) }
    // A reply too many would come right after the last one that was wanted.
    try await clock.sleep(for: .milliseconds(300))
    if !StandardStreams.outputIsTerminal { show() }
    _ = await publisher.producer.close(timeout: .seconds(2))
  }

  private func conclude(_ made: [DemoRequest], reader: DemoReader, environment: DemoEnvironment, elapsed: Duration) -> ExitStatus {
    let replies = reader.replies
    let verdict = DemoVerdict(
      requests: made, replies: replies, deadLetters: reader.deadLetters, sessions: environment.sessions)
    let report = DemoReport(
      verdict: verdict, replies: replies, latencies: reader.latencies, elapsed: elapsed, gateway: environment.gateway.stats())
    StandardStreams.write(report.text)
    guard reader.unreadable == 0 else {
      StandardStreams.write("  \(reader.unreadable) records in the reply topic are no replies")
      return .failed
    }
    return verdict.differences.isEmpty ? .done : .failed
  }

  private static func requests(count: Int, seed: UInt64) -> [DemoRequest] {
    var maker = DemoRequests(seed: seed, now: WallClock.system.now())
    return maker.make(count)
  }

  private func bootstrapLogging() throws {
    guard let logFile else {
      LoggingSystem.bootstrap { _ in SwiftLogNoOpLogHandler() }
      return
    }
    let descriptor = open(logFile, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw DemoError(message: "--log-file: cannot write \(logFile): \(String(cString: strerror(errno)))") }
    let output = LogOutput(format: .json, sink: DescriptorLogSink(descriptor: descriptor))
    LoggingSystem.bootstrap { StructuredLogHandler(label: $0, output: output, logLevel: .debug) }
  }
}

/// Why the demo could not begin.
struct DemoError: Error, CustomStringConvertible {
  let message: String
  var description: String { message }
}
