import CheckoutSession
import Pacing
import Records
import Replay
import Stage
import Synchronization
import TestClock

/// One `replay apply` in an ``ApplyWorld``: its ports, which may die after any effect, and be slow by a seed.
final class ApplyProcess: Sendable {
  let world: ApplyWorld
  let life = Life<String>()
  let notices = Mutex<[String]>([])
  private let work = Mutex<Task<ReplayApplyReport, Never>?>(nil)
  private let random: Mutex<SplitMix64>
  private let isSlow: Bool
  private let run = Mutex<Int64>(0)
  private let service = Mutex<ReplayApplyService?>(nil)
  /// What becomes of a published record: nil: written and acknowledged; else whether it is written, and the failure.
  let publishing = Script<@Sendable (ReplayMark) -> (isWritten: Bool, PublishReport.Failure.Kind)?> { _ in nil }
  /// Whether the ledger can be reached.
  let ledgerIsAway = Script<@Sendable () -> Bool> { false }
  /// Whether the ledger does what it is asked, but its answer gets lost: by what was asked.
  let ledgerAnswerIsLost = Script<@Sendable (String) -> Bool> { _ in false }

  init(_ world: ApplyWorld, seed: UInt64? = nil) {
    self.world = world
    random = Mutex(SplitMix64(seed: seed ?? 0))
    isSlow = seed != nil
  }

  static func configuration(rate: Double = 20, canary: Int = 0, attemptsMax: Int? = 3) -> ReplayApplyConfiguration {
    ReplayApplyConfiguration(
      requestsTopic: ApplyWorld.requests, planHash: BodyHash(of: [7]), user: "ann", host: "ops-1", requestsPerSecond: rate,
      canaryCount: canary, replyTimeout: .seconds(60), attemptsMax: attemptsMax, leaseDuration: .seconds(15))
  }

  /// Applies a plan; dies after so many effects.
  func apply(
    _ plan: [PlanEntry], _ configuration: ReplayApplyConfiguration = configuration(), dieAfter effects: Int? = nil
  ) async -> ReplayApplyReport {
    life.begin(dieAfter: effects) { [self] in work.withLock { $0?.cancel() } }
    let service = ReplayApplyService(
      configuration: configuration,
      ports: ReplayApplyPorts(preparer: self, ledger: self, sink: self, topic: self, replies: FakeFeed(self), auditTrail: self),
      time: MonotonicTime(clock: world.clock), wallClock: world.wallClock,
      observe: { [self] notice in notices.withLock { $0.append("\(notice)") } })
    self.service.withLock { $0 = service }
    let task = Task(executorPreference: world.simulation) { await service.run(FakePlan(plan)) }
    work.withLock { $0 = task }
    return await task.value
  }

  func stop() { service.withLock { $0 }?.stop() }

  /// Does something to the world outside.
  func act<Value: Sendable>(_ name: String, _ body: @Sendable (inout ApplyWorld.State) -> Value) async throws -> Value {
    await dawdle()
    switch life.fate(of: name) {
    case .alive:
      let value = world.state.withLock { body(&$0) }
      await dawdle()
      return value
    case .lastDeed: _ = world.state.withLock { body(&$0) }
    case .dead: break
    }
    throw CancellationError()
  }

  private func dawdle() async {
    guard isSlow else { return }
    let milliseconds = random.withLock { Int64($0.next() % 40) }
    try? await world.clock.sleep(for: .milliseconds(milliseconds))
  }

  private func ledger<Value: Sendable>(
    _ name: String, _ body: @Sendable (inout FakeLedgerState) -> Value
  ) async throws(LedgerFailure) -> Value {
    guard !ledgerIsAway.body() else { throw LedgerFailure(code: .busy, message: "away", isTransient: true) }
    let value: Value
    do {
      value = try await act(name) { body(&$0.ledger) }
    } catch {
      throw LedgerFailure(code: .unavailable, message: "dead", isTransient: false)
    }
    guard !ledgerAnswerIsLost.body(name) else { throw LedgerFailure(code: .busy, message: "lost", isTransient: true) }
    return value
  }
}

extension ApplyProcess: ReplayPreparing, ReplaySink, RequestTopic, ReplayAuditTrail {
  func prepare(_ entries: [PlanEntry]) async throws -> [PreparedReplay] {
    entries.map { entry in
      switch entry.action {
      case .skip: return PreparedReplay(entry: entry, work: .skip)
      case .drop: return PreparedReplay(entry: entry, work: .drop)
      default: break
      }
      var headers: [UInt8] = []
      PackedHeaders.append(name: "checkout-replay-of".utf8, value: entry.place.description.utf8, to: &headers)
      PackedHeaders.append(name: "checkout-replay-count".utf8, value: "1000000".utf8, to: &headers)
      let record = StoredRecord(
        topic: entry.origin.topic, partition: 0, offset: entry.origin.offset, timestampMilliseconds: 0, key: [9], value: [1],
        headers: PackedHeaders(headers[...]))
      return PreparedReplay(entry: entry, work: .send(record))
    }
  }

  /// Every record is an effect of its own: a broker may have written some of a batch when its sender dies.
  func publish(_ records: OutgoingRecords) async throws -> PublishReport {
    var report = PublishReport()
    for (index, entry) in records.entries.enumerated() {
      guard records.topics[entry.topicIndex] == ApplyWorld.requests,
        let mark = ReplayMark(PackedHeaders(records.slab[entry.headers.range]))
      else { continue }
      let fate = publishing.body(mark)
      if let fate { report.failures[index] = .init(kind: fate.1, code: "TEST", message: "not acknowledged") }
      guard fate?.isWritten ?? true else { continue }
      let death = life.fate(of: "publish")
      if death != .dead { world.publish(mark, run: run.withLock { $0 }) }
      if death != .alive { throw CancellationError() }
    }
    try await act("acknowledge") { _ in }
    return report
  }

  func ends() async throws -> [Int32: Int64] { try await act("ends") { [0: Int64($0.published.count)] } }

  func search(for marks: Set<ReplayMark>, from offsets: [Int32: Int64]) async throws -> RequestTopicSearch {
    let isComplete = world.searchIsComplete.body()
    return try await act("search") { state in
      let stretch = isComplete ? Array(state.published[Int(offsets[0] ?? 0)...]) : []
      return RequestTopicSearch(found: marks.intersection(stretch.map(\.mark)), isComplete: isComplete)
    }
  }

  func publish(_ events: [ReplayAuditEvent]) async throws { try await act("audit") { $0.events += events } }
}

extension ApplyProcess: ReplayLedger {
  func beginReplay(_ run: ReplayRun) async throws(LedgerFailure) -> Int64 {
    let number = try await ledger("begin") { $0.begin(run) }
    self.run.withLock { $0 = number }
    return number
  }
  func keepReplay(_ run: Int64, aliveUntil: Timestamp) async throws(LedgerFailure) -> Bool {
    try await ledger("keep") { $0.keep(run, aliveUntil) }
  }
  func claimReplays(
    _ claims: [ReplayClaim], run: Int64, searchFrom: [Int32: Int64], attemptsMax: Int?, at: Timestamp
  ) async throws(LedgerFailure) -> [ReplayClaimOutcome] {
    try await ledger("claim") { [world] state in
      // The ledger's own clock decides who is alive, however long the call took.
      state.claim(claims, run: run, searchFrom: searchFrom, attemptsMax: attemptsMax, at: at, now: world.wallClock.now())
    }
  }
  func recordSent(_ origins: [RecordCoordinate], run: Int64, at: Timestamp) async throws(LedgerFailure) -> [Bool] {
    try await ledger("sent") { $0.sent(origins, run: run, at: at) }
  }
  func releaseReplays(_ origins: [RecordCoordinate], run: Int64) async throws(LedgerFailure) {
    try await ledger("release") { $0.release(origins, run: run) }
  }
  func recordAnswers(_ answers: [RecordCoordinate: ReplayAnswer], at: Timestamp) async throws(LedgerFailure) {
    try await ledger("answers") { $0.answers(answers) }
  }
  func endReplay(_ run: Int64, _ ending: ReplayRun.Ending) async throws(LedgerFailure) {
    try await ledger("end") { $0.runs[run]?.ended = ending }
  }
  func replayRecords(_ origins: [RecordCoordinate]) async throws(LedgerFailure) -> [ReplayRecord?] {
    try await ledger("look") { state in origins.map { state.records[$0] } }
  }
  func replayRuns(planHash: BodyHash?, limit: Int) async throws(LedgerFailure) -> [ReplayRunReport] {
    try await ledger("runs") { state in state.reports.filter { planHash == nil || $0.run.planHash == planHash } }
  }
}

/// Gives the replies from where it was told to begin.
final class FakeFeed: ReplyFeed {
  private let process: ApplyProcess
  private let next = Mutex(0)

  init(_ process: ApplyProcess) { self.process = process }

  func begin(since: Timestamp?) async throws {
    let from = process.world.state.withLock { state in
      guard let since else { return state.replies.count }
      return state.repliedAt.firstIndex { $0 >= since } ?? state.replies.count
    }
    next.withLock { $0 = from }
  }

  func next() async throws -> [ReplayReply] {
    while true {
      let all = process.world.state.withLock { $0.replies }
      let from = next.withLock { next in
        defer { next = all.count }
        return next
      }
      if process.life.isDead { throw CancellationError() }
      if from < all.count { return Array(all[from...]) }
      try await process.world.clock.sleep(for: .milliseconds(10))
    }
  }
}

/// A plan in memory.
final class FakePlan: PlanSource {
  private let rest: Mutex<ArraySlice<PlanEntry>>
  init(_ entries: [PlanEntry]) { rest = Mutex(entries[...]) }
  func next(_ max: Int) async throws -> [PlanEntry] {
    rest.withLock { rest in
      defer { rest = rest.dropFirst(max) }
      return Array(rest.prefix(max))
    }
  }
}
