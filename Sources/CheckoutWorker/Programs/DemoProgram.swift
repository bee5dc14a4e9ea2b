import CheckoutSession
import GatewaySimulator
import KafkaTestKit
import Logging
import Telemetry

#if canImport(Glibc)
  import Glibc
#endif

/// `checkout-worker demo`: everything on this machine, end to end, with a comparison against the truth.
public struct DemoProgram: Sendable {
  private let requests: Int
  private let seed: UInt64
  private let logFile: String?

  /// - Parameters:
  ///   - requests: how many to publish.
  ///   - seed: what requests, faults and shoppers are drawn from.
  ///   - logFile: where the worker's log goes, at debug level; nil: nowhere.
  public init(requests: Int, seed: UInt64, logFile: String?) {
    self.requests = requests
    self.seed = seed
    self.logFile = logFile
  }

  /// Runs it all and prints what came of it.
  public func run() async -> ExitStatus {
    signal(SIGPIPE, SIG_IGN)
    do {
      try bootstrapLogging()
    } catch {
      StandardStreams.writeError("The demo cannot begin: \(error)")
      return .failed
    }
    let folder = DemoEnvironment.newFolder()
    let work = Task { await runToTheEnd(in: folder) }
    let interrupt: @Sendable () -> Void = {
      work.cancel()
      // At once: a second signal ends the process, whatever is left to be done.
      DemoEnvironment.remove(folder)
    }
    return await SignalGuard.run(logger: Logger(label: "demo"), onFirstSignal: interrupt) { await work.value }
  }

  private func runToTheEnd(in folder: String) async -> ExitStatus {
    do {
      let environment = try await DemoEnvironment.start(seed: seed, folder: folder)
      let status: ExitStatus
      do {
        status = try await run(in: environment)
      } catch {
        await environment.stop()
        throw error
      }
      await environment.stop()
      return status
    } catch {
      // An interrupted demo has lost its ledger, so that any error may come of it.
      guard !Task.isCancelled else {
        StandardStreams.writeError("The demo was interrupted.")
        return .failed
      }
      StandardStreams.writeError("The demo could not run to its end: \(error)")
      return PartFailure.exitStatus(for: error)
    }
  }

  private func run(in environment: DemoEnvironment) async throws -> ExitStatus {
    let topics = environment.configuration.kafka.topics
    let lifetime = CreatedSession.lifetime / DemoScenario.timeScale
    StandardStreams.write(
      """
      Checkout Session Worker \(WorkerVersion.current), demo with seed \(seed)
        broker   \(environment.broker.bootstrapServers) (librdkafka's mock cluster, in this process)
                 look in while it runs: kcat -b \(environment.broker.bootstrapServers) -C -t \(topics.replies)
                 or                     kcat -b \(environment.broker.bootstrapServers) -C -t \(topics.status)
        gateway  \(environment.gateway.url) (the simulator, failing now and then)
                 its time runs \(Int(DemoScenario.timeScale)) times faster: the 15 minutes of a session are over in \(lifetime.components.seconds) s
        ledger   \(environment.folder)/ledger.sqlite (shared by both stages)

      """)
    var maker = DemoRequests(seed: seed, now: WallClock.system.now())
    let made = maker.make(requests)
    let reader = try await DemoRun(environment, requests: made).run()
    return conclude(made, reader, environment)
  }

  private func conclude(_ made: [DemoRequest], _ reader: DemoReader, _ environment: DemoEnvironment) -> ExitStatus {
    let (replies, events, sessions) = (reader.replies, reader.events, environment.sessions)
    let verdict = DemoVerdict(requests: made, replies: replies, deadLetters: reader.deadLetters, sessions: sessions)
    let sessionVerdict = DemoSessionVerdict(published: verdict.published, events: events, sessions: sessions)
    var differences = verdict.differences
    differences.add(sessionVerdict.differences)
    for (topic, count) in reader.unreadable { differences.add("\(topic): \(count) records are not what belongs there") }
    let report = DemoReport(
      verdict: verdict, sessions: DemoSessionReport(verdict: sessionVerdict, events: events), differences: differences, replies: replies,
      latencies: reader.latencies, elapsed: reader.elapsed, gateway: environment.gateway.stats())
    StandardStreams.write(report.text)
    return differences.isEmpty ? .done : .failed
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
