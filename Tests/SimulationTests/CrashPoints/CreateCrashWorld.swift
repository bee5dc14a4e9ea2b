import CheckoutSession
import Creation
import Foundation
import Records
import Stage
import Synchronization
import TestClock

/// What outlives a process of the create stage, as its ports, with the points at which it may die between two steps.
final class CreateCrashWorld: RequestSource, ReplySink, SessionCreator, RequestLedger {
  /// A reply, as consumers read it.
  struct ReplyValue: Decodable, Equatable {
    var requestId: String
    var outcome: String
    var sessionId: String?
    var expiresAt: String?
  }
  struct State {
    var ledger = ModelLedger()
    var gateway = ModelGateway()
    var chance = Chance(seed: 7)
    var log = ModelLog(partitionsCount: 1)
    var position = 0
    var finished: Set<Int> = []
    var replies: [(ceID: String, value: ReplyValue, bytes: [UInt8], at: Timestamp)] = []
    var deadLetters = 0
    var violations: [String] = []
    /// How long the answer of the next record takes.
    var nextRecordTakes: Duration?
    /// Whether marks are lost.
    var marksFail = false
  }
  let simulation = Simulation()
  let site = CrashSite()
  let state: Mutex<State>

  init(_ kinds: [LoggedRequest.Kind], mutation: Mutation? = nil) {
    var state = State()
    state.ledger = ModelLedger(mutation: mutation)
    let now = simulation.wallNow
    state.log.partitions[0].requests = kinds.enumerated().map { number, kind in
      LoggedRequest(
        kind: kind, id: "r\(number)", variant: number, replay: nil, partition: 0, offset: number, expiresAt: now - .seconds(1))
    }
    self.state = Mutex(state)
  }

  func run(dyingAt point: CreatePoint?) throws {
    state.withLock { state in
      state.position = state.log.partitions[0].committed
      state.finished = []
    }
    let service = CreationService(
      configuration: CreateProcess.configuration, source: self, sink: self, creator: self, ledger: self, time: simulation.time,
      wallClock: simulation.wallClock, seed: 1, logger: silentLogger)
    try simulation.live(site, dyingAt: point?.rawValue) { _ = try await service.run() }
  }

  func passes(_ point: CreatePoint) -> Bool { site.passes(point.rawValue) }

  // MARK: - RequestSource

  func nextBatch(_ limits: BatchLimits) async throws -> RecordBatch? {
    state.withLock { state in
      let rest = state.log.partitions[0].requests[state.position...]
      state.position += rest.count
      return rest.isEmpty ? nil : LoggedRequest.batch(rest, epoch: 1)
    }
  }

  func finish(_ batch: RecordBatch, _ indices: [Int]) {
    guard passes(.finished) else { return }
    state.withLock { state in
      state.finished.formUnion(indices.map { Int(batch.records[$0].offset) })
      var committed = state.log.partitions[0].committed
      while state.finished.contains(committed) {
        let request = state.log.partitions[0].requests[committed]
        if !state.replies.contains(where: { $0.value.requestId == request.id }) { state.violations.append("I5: committed without a reply") }
        committed += 1
      }
      state.log.partitions[0].committed = committed
    }
    site.note("finished", indices.count)
    _ = passes(.committed)
  }

  func stop() {}

  // MARK: - ReplySink

  func publish(_ records: OutgoingRecords) async throws -> PublishReport {
    guard !site.isDead else { throw CancellationError() }
    for index in records.entries.indices {
      try land(records, index)
      guard passes(.someRecords) else { throw CancellationError() }
    }
    guard passes(.allRecords) else { throw CancellationError() }
    return PublishReport()
  }

  private func land(_ records: OutgoingRecords, _ index: Int) throws {
    let entry = records.entries[index]
    guard records.topics[entry.topicIndex] != CreateProcess.configuration.routing.deadLettersTopic else {
      site.note("dead letters")
      return state.withLock { $0.deadLetters += 1 }
    }
    let bytes = Array(records.slab[entry.value.range])
    let ceID = PackedHeaders(records.slab[entry.headers.range]).lastValue(named: "ce_id").map { String(decoding: $0, as: UTF8.self) }
    let value = try JSONDecoder().decode(ReplyValue.self, from: Data(bytes))
    let now = simulation.wallNow
    site.note("replies")
    state.withLock { $0.replies.append((ceID ?? "none", value, bytes, now)) }
  }

  // MARK: - SessionCreator

  func start(_ calls: [CreateSessionCall], completion: @escaping @Sendable ([CreateSessionResult]) -> Void) {
    for call in calls {
      guard passes(.postSent) else { return }
      site.note("POSTs")
      let now = simulation.milliseconds
      let wall = simulation.wallNow
      let outcome = state.withLock { state in
        state.gateway.post(
          isRefused: call.body.last == LoggedRequest.refusedMark, askedAt: now, now: now, wall: { _ in wall }, faults: 0,
          using: &state.chance)
      }
      guard passes(.postMade) else { return }
      simulation.after(.milliseconds(50)) { completion([CreateSessionResult(id: call.id, outcome: outcome)]) }
    }
  }

  func cancelAll() {}

  var isTimeKnown: Bool { true }

  func askTime(merchantIndex: Int, completion: @escaping @Sendable () -> Void) { completion() }

  // MARK: - RequestLedger

  func claim(_ claims: [RequestClaim], at: Timestamp) async throws(LedgerFailure) -> [ClaimOutcome] {
    try call(.taken, .claimed, "claims", claims.count) { $0.claim(claims) }
  }

  func renew(_ renewals: [GenerationRenewal], at: Timestamp) async throws(LedgerFailure) -> [ClaimKey?] {
    try call(.renewing, .renewed, "renewals", renewals.count) { $0.renew(renewals, at: at) }
  }

  func record(_ decisions: [NewDecision]) async throws(LedgerFailure) -> [RecordedDecision] {
    let results = try call(.answered, .recorded, "decisions", decisions.count) { $0.record(decisions) }
    guard let results else { throw CrashSite.gone }
    let wait = state.withLock { state in
      defer { state.nextRecordTakes = nil }
      return state.nextRecordTakes
    }
    if let wait { try? await simulation.clock.sleep(for: wait) }
    return results
  }

  func markPublished(_ keys: [ClaimKey], at: Timestamp) async throws(LedgerFailure) {
    if state.withLock({ $0.marksFail }) { throw LedgerFailure(code: .busy, message: "scripted", isTransient: true) }
    try call(.acknowledged, .marked, "marks", keys.count) { $0.markPublished(keys) }
  }

  private func call<Value: Sendable>(
    _ before: CreatePoint, _ after: CreatePoint, _ deed: String, _ count: Int, _ body: (inout ModelLedger) -> Value
  ) throws(LedgerFailure) -> Value {
    guard passes(before) else { throw CrashSite.gone }
    let value = state.withLock { body(&$0.ledger) }
    site.note(deed, count)
    guard passes(after) else { throw CrashSite.gone }
    return value
  }
}
