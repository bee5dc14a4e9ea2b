import CheckoutSession
import Glibc
import Kafka

/// One chaos run: load and adversary together, a power cut at the end, fair weather until everything has come to rest, and the verdict.
struct ChaosRun: Sendable {
  /// How long everything may take to come to rest: a session's life, leases of the dead, a backlog, and what a clock was ahead when a poll was put off.
  private static let restMax: Duration = .seconds(240)
  /// `creation.minimumRemainingLifetime`, in the time of a run.
  private static let lifetimeMin: Duration = .seconds(5 * 60) / ChaosSettings.timeScale

  let settings: ChaosSettings
  let record = ChaosRecord()

  /// Runs it all.
  /// - Returns: what must not be and is; empty when every invariant holds.
  func run() async throws -> [String] {
    record.say(settings.command)
    let plan = ChaosPlan(settings)
    let world = try await ChaosWorld.open(settings, plan: plan, record: record)
    let violations: [String]
    do { violations = try await run(plan, in: world) } catch {
      await world.close()
      throw error
    }
    await world.close()
    return violations
  }

  private func run(_ plan: ChaosPlan, in world: ChaosWorld) async throws -> [String] {
    let members = Dictionary(
      uniqueKeysWithValues: ChaosPlan.places(settings).map { place in
        (place, FleetMember(place, record: record) { try world.start(place) })
      })
    let observer = try TopicObserver(world.lane)
    try await world.simulator.begin(plan.scenario)
    for member in members.values { await member.join() }
    async let load = ChaosLoad(lane: world.lane, turnstile: world.turnstile, settings: settings, record: record).run()
    try await Adversary(world: world, members: members, record: record).run(plan)
    let book = try await load

    record.say("power cut")
    for member in members.values { await member.cutPower() }
    try await judgeOffsets(observer, world.lane)
    try await world.simulator.goOn(Scenarios.fairLife(ChaosSettings.quotaPerSecond, burst: ChaosSettings.quotaBurst * 10))
    for member in members.values { await member.join() }
    await rest(observer, book)
    for member in members.values { await member.leave() }
    return try await conclude(observer, world, book)
  }

  /// No offset is committed before its outcome is durable: whatever was under way is gone now, and only the topics tell.
  private func judgeOffsets(_ observer: TopicObserver, _ lane: Lane) async throws {
    let committed = try await lane.committedOffsets()
    let topics = try await observer.catchUp()
    var early = 0
    for (partition, ids) in topics.requestIDs {
      let end = committed[partition] ?? 0
      early += ids.count { offset, id in offset < end && topics.replies[id] == nil }
    }
    if early > 0 { record.violate("\(early) offsets were committed before their outcome was durable") }
    record.say("committed \(committed.values.reduce(0, +)) of \(topics.requestsCount) records, each with its outcome in a topic")
  }

  /// Waits until every record has its reply and every session its end. What does not come is the verdict's to tell.
  private func rest(_ observer: TopicObserver, _ book: RequestBook) async {
    let wanted = book.expectations.count
    _ = try? await observer.topics.wait(for: "rest", timeout: Self.restMax) { topics in
      topics.replies.count >= wanted && topics.owedCount == 0 && topics.openSessions.isEmpty ? true : nil
    }
    let topics = observer.topics.now
    record.say("at rest: \(topics.owedCount) records without a reply, \(topics.openSessions.count) sessions without an end")
  }

  /// What an operator would ask: the worker's own proof. It knows nothing of the gateway's truth, so it is one judge of two.
  private func audit(_ lane: Lane) async throws {
    let audit = try lane.worker(["audit", "--json"])
    let ending = try await audit.end(within: .seconds(120))
    let output = audit.output.now
    record.say("checkout-worker audit: \(ending)")
    guard ending != .exited(0) else { return }
    // By a clock that is wrong a URL lives longer or shorter than it does; then only the gateway's truth can say, and ChaosVerdict does.
    let misjudged = settings.hasClockSteps ? ["TWO_LIVE_URLS", "SHORT_LIVED_URL"] : []
    let findings = output.outputLines.dropLast().filter { line in !misjudged.contains { line.contains($0) } }
    if ending == .exited(3), findings.isEmpty {
      return record.say("its findings are all by the times of records, which were wrong on purpose")
    }
    let shown = findings.prefix(5) + output.errorLines.suffix(5)
    record.violate("checkout-worker audit ended with \(ending), \(findings.count) findings\n\(shown.joined(separator: "\n"))")
  }

  private func conclude(_ observer: TopicObserver, _ world: ChaosWorld, _ book: RequestBook) async throws -> [String] {
    let topics = try await observer.catchUp()
    let sessions = try await world.simulator.sessions()
    let statistics = try await world.simulator.statistics()
    let counts = record.counts
    let outages = counts.brokerRestarts + counts.databaseRestarts + counts.fullDisks
    let blows = counts.workersStruck + settings.workersCount * (1 + outages)
    let verdict = ChaosVerdict(
      topics: topics, expectations: book.expectations, sessions: sessions, orphansMax: blows * ChaosWorld.recordsInFlightMax,
      lifetimeMin: Self.lifetimeMin)
    let lag = try await world.lane.lag()
    if lag > 0 { record.violate("\(lag) records are not committed") }
    let excess = statistics["quotaExcessPeak"]?.rawNumber.flatMap { Double($0) } ?? 0
    if excess > 0 { record.violate("the quota was exceeded by \(excess) requests") }
    try await audit(world.lane)
    let violations = record.violations + verdict.violations
    let summary = ChaosSummary(
      settings: settings, counts: counts, topics: topics, verdict: verdict, sessionsCount: sessions.count,
      orphansMax: blows * ChaosWorld.recordsInFlightMax, peakPerSecond: statistics["peakRequestsPerSecond"]?.int ?? 0)
    for line in summary.lines { record.say(line) }
    for violation in violations { record.say("violated: \(violation)") }
    record.say(violations.isEmpty ? "every invariant holds: \(settings.command)" : "repeat it with: \(settings.command)")
    await observer.close()
    return violations
  }
}
