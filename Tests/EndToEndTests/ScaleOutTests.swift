import CheckoutSession
import Glibc
import KafkaTestKit
import PostgresTestKit
import Testing

extension EndToEndTests {
  /// "It must show" 3 of issue 4: three workers and two reconcilers on one PostgreSQL share 300 calls a second, whoever comes and goes.
  /// `E2E_SCALE_SECONDS=120` for a long one.
  @Suite(.enabled(if: NoidaBroker.executable != nil, "static members, and nobody's patience with them, are those of noida-db"))
  struct ScaleOutTests {
    private static let requestsPerSecond = 300
    /// Of the gateway. The fleet is told a third of it: the rest is for calls that stood still on their way, in a process or a machine, and arrive together.
    private static let burst = 60
    private static let phase = Duration.seconds(AskedLength.scaleOutSeconds) / 5
    /// After somebody came or went: three seconds until the part of one who was killed is free, a round of the others, and the group's own time.
    private static let settling: Duration = .seconds(5)

    /// One joins, one is killed and comes back, one of the other stage is killed.
    @Test func theQuotaIsUsedAndNeverExceeded() async throws {
      let world = try await ScaleOutWorld.open(requestsPerSecond: Self.requestsPerSecond, burst: Self.burst)
      // All that the quota allows and a third more, so that there is a backlog until the end.
      let requests = TestRequest.payments("scale-out", Self.requestsPerSecond * (AskedLength.scaleOutSeconds + 10) * 4 / 3)
      try await world.fast.lane.publish(requests)
      let meter = ArrivalMeter(world.fast.simulator)
      var fleet: [String: RunningProcess] = [:]
      for name in ["worker-1", "worker-2", "reconciler-1", "reconciler-2"] { fleet[name] = try world.start(name) }
      _ = try await world.fast.reader.replies(atLeast: 1)

      try await meter.watch("two workers, two reconcilers", for: Self.phase, after: Self.settling)
      fleet["worker-3"] = try world.start("worker-3")
      try await meter.watch("worker-3 has joined", for: Self.phase, after: Self.settling)
      try await fleet["worker-1"]?.killNow()
      try await meter.watch("worker-1 was killed", for: Self.phase, after: Self.settling)
      fleet["worker-1"] = try world.start("worker-1")
      try await meter.watch("worker-1 has joined again", for: Self.phase, after: Self.settling)
      try await fleet.removeValue(forKey: "reconciler-2")?.killNow()
      try await meter.watch("reconciler-2 was killed", for: Self.phase, after: Self.settling)

      let statistics = try await world.fast.simulator.statistics()
      let peak = try #require(statistics["peakRequestsPerSecond"]?.int)
      let lines = await meter.lines(quota: Self.requestsPerSecond)
      for line in lines { print("scale-out: \(line)") }
      print("scale-out: peak \(peak) calls in the worst second of \(Self.requestsPerSecond) + \(Self.burst)")
      #expect(peak <= Self.requestsPerSecond + Self.burst)
      #expect(statistics["quotaRefusals"]?.int == 0)
      #expect(statistics["quotaExcessPeak"]?.rawNumber.flatMap { Double($0) } == 0)
      let rate = await meter.steadyRate
      #expect(rate >= 0.95 * Double(Self.requestsPerSecond), "\(lines)")

      for process in fleet.values { process.signal(SIGTERM) }
      for (name, process) in fleet { #expect(try await process.end(within: .seconds(25)) == .exited(0), "\(name)") }
      let replies = try await world.fast.reader.allReplies()
      expectIdentical(replies)
      try await expectTruth(replies, world.fast.simulator)
      #expect(try await world.fast.reader.allDeadLetters().isEmpty)
      await world.close()
    }
  }
}

/// A fast lane whose ledger is a PostgreSQL of its own, and a quota.
private struct ScaleOutWorld: Sendable {
  let fast: FastLane
  private let postgres: PostgresServer
  private let settings: [String: String]

  static func open(requestsPerSecond: Int, burst: Int) async throws -> ScaleOutWorld {
    let postgres = try await PostgresServer()
    try await postgres.start()
    let scenario = Scenarios.quota(requestsPerSecond, burst: burst)
    return ScaleOutWorld(
      fast: try await FastLane.open("scale-out", scenario: scenario), postgres: postgres,
      settings: [
        "ledger.url": postgres.url, "gateway.quota.requestsPerSecond": "\(requestsPerSecond)", "gateway.quota.burst": "\(burst / 3)",
        "creation.batch.recordsMax": "100",
      ])
  }

  /// Starts the process of a place; workers are static members of the group, which have their partitions back at once.
  func start(_ name: String) throws -> RunningProcess {
    guard name.hasPrefix("worker") else { return try fast.reconcile("--watch", settings: settings) }
    return try fast.lane.worker(
      ["run"], settings: settings,
      properties: ["group.instance.id": name, "session.timeout.ms": "45000", "heartbeat.interval.ms": "300"])
  }

  func close() async {
    await fast.close()
    await postgres.remove()
  }
}

/// What rate arrives at the simulator while nobody comes or goes.
private actor ArrivalMeter {
  private struct Phase {
    var name: String
    var callsCount: Int
    var time: Duration
    var rate: Double { Double(callsCount) / time.inSeconds }
  }

  private let simulator: SimulatorProcess
  private var phases: [Phase] = []

  init(_ simulator: SimulatorProcess) { self.simulator = simulator }

  /// Counts calls for `length`, of which the first `settling` are left out.
  func watch(_ name: String, for length: Duration, after settling: Duration) async throws {
    let began = ContinuousClock.now
    try await Task.sleep(until: began + settling, clock: .continuous)
    let first = try await count()
    try await Task.sleep(until: began + max(length, settling + .seconds(3)), clock: .continuous)
    let last = try await count()
    phases.append(Phase(name: name, callsCount: last.calls - first.calls, time: last.at - first.at))
  }

  /// Over all steady phases, in calls a second.
  var steadyRate: Double { Double(phases.map(\.callsCount).reduce(0, +)) / phases.map(\.time.inSeconds).reduce(0, +) }

  func lines(quota: Int) -> [String] {
    (phases.map { ($0.name, $0.rate) } + [("steady state, all phases", steadyRate)]).map { name, rate in
      "\(name): \(Int(rate.rounded())) calls/s, \(Int((rate * 1000 / Double(quota)).rounded())) per mille of the quota"
    }
  }

  private func count() async throws -> (calls: Int, at: ContinuousClock.Instant) {
    let began = ContinuousClock.now
    let requests = try await simulator.statistics()["requests"]
    let calls = ["POST /sessions", "GET /sessions/{id}"].compactMap { requests?[$0] }.flatMap(\.members).compactMap(\.value.int)
    return (Int(calls.reduce(0, +)), began + (ContinuousClock.now - began) / 2)
  }
}
