import CheckoutSession
import FoundationEssentials
import Glibc
import Testing

/// A lane with a simulator of its own in which the gateway's time runs faster, so that sessions live and end within a test. The shared simulator
/// cannot: its time scale is fixed at its start.
struct FastLane: Sendable {
  /// Fifteen minutes in fifteen seconds.
  static let minutesInSeconds = 60
  /// Fifteen minutes in three seconds. For few sessions and a gateway that answers at once: the 30 s of a grace are a tenth of one.
  static let minutesInInstants = 300

  let lane: Lane
  let simulator: SimulatorProcess
  let reader: TopicReader

  /// Makes topics and starts the simulator; scenario time begins.
  /// - Parameter seed: with the same seed and requests, sessions have the same ids and ends.
  static func open(_ name: String, scenario: String, timeScale: Int = minutesInSeconds, seed: Int = 1) async throws -> FastLane {
    let environment = try EndToEndEnvironment.shared
    let simulator = try await SimulatorProcess.start(
      scenario: scenario, arguments: ["--time-scale", "\(timeScale)", "--seed", "\(seed)"])
    let lane = try Lane(
      name, bootstrapServers: environment.bootstrapServers, properties: environment.properties, gatewayPort: simulator.port,
      settings: [
        "gateway.timeScale": "\(timeScale)", "gateway.connectTimeout": "1s", "gateway.requestTimeout": "2s",
        // The shortest that these allow: what a killed reconciler was polling comes back so much later.
        "reconciliation.leaseDuration": "13s", "creation.maxAttempts": "10",
      ])
    try await lane.createTopics()
    return FastLane(lane: lane, simulator: simulator, reader: try TopicReader(lane))
  }

  /// The scenario that is shipped under this name.
  static func shippedScenario(_ name: String) throws -> String {
    // Root/Tests/EndToEndTests/Support/FastLane.swift
    let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/")
    return String(decoding: try Data(contentsOf: URL(filePath: "\(root)/config/scenarios/\(name).yaml")), as: UTF8.self)
  }

  /// Starts `checkout-worker reconcile <run>`.
  /// - Parameter run: `--once`, `--until-settled` or `--watch`.
  func reconcile(
    _ run: String, settings: [String: String] = [:], flags: [String] = [], environment: [String: String] = [:]
  ) throws -> RunningProcess {
    try lane.worker(["reconcile", run], settings: settings, flags: flags, environment: environment)
  }

  /// Waits for the end of a process; if it does not come, the failure tells what the simulator said too.
  func end(of process: RunningProcess, within timeout: Duration) async throws -> ProcessOutput.Ending {
    do {
      return try await process.end(within: timeout)
    } catch let failure as ProcessFailure {
      let output = simulator.process.output.now
      throw ProcessFailure("\(failure)\nthe simulator \(output.ending.map { "ended, \($0)" } ?? "runs"), last: \(output.tail)")
    }
  }

  /// Publishes requests, creates their sessions with `run --drain`, and gives the replies to them.
  func create(_ requests: [TestRequest], settings: [String: String] = [:]) async throws -> [ReadReply] {
    let before = try await reader.allReplies().count
    try await lane.publish(requests)
    let worker = try lane.worker(["run", "--drain"], settings: settings)
    let ending = try await worker.end(within: .seconds(120))
    guard ending == .exited(0) else { throw ProcessFailure("run --drain: \(ending)\n\(worker.output.now.tail)") }
    return Array(try await reader.allReplies().dropFirst(before))
  }

  /// `status --json`.
  func status() async throws -> JSONValue {
    let status = try lane.worker(["status", "--json"])
    let ending = try await status.end()
    guard ending == .exited(0) else { throw ProcessFailure("status: \(ending)\n\(status.output.now.tail)") }
    return try JSONDocument.parse(Array(status.output.now.outputLines.joined().utf8)[...], limits: .answer).root
  }

  /// Holds all events there are against the replies and the simulator's truth; every session has ended.
  /// - Parameter mayRepeat: whether a process was killed, so that an event may be there twice.
  @discardableResult
  func expectAllSettled(
    _ replies: [ReadReply], mayRepeat: Bool = false, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> SettledSessions {
    let settled = SettledSessions(replies: replies, events: try await reader.allEvents(), truth: try await simulator.sessions())
    settled.expectWellFormed(sourceLocation: sourceLocation)
    settled.expectForwardOnly(sourceLocation: sourceLocation)
    settled.expectOneTrueEndEach(sourceLocation: sourceLocation)
    if mayRepeat {
      settled.expectIdenticalRepetitions(sourceLocation: sourceLocation)
    } else {
      settled.expectNoRepetitions(sourceLocation: sourceLocation)
    }
    return settled
  }

  /// Ends what belongs to the lane.
  func close() async {
    simulator.process.signal(SIGKILL)
    await reader.close()
  }
}
