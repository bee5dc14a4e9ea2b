import CheckoutSession
import Foundation
import Reconciliation
import Records
import Stage
import Synchronization
import TestClock
import Testing

/// What outlives a process of the reconcile stage, as its ports, with the points at which it may die between two steps.
final class ReconcileCrashWorld: SessionReader, OutstandingLedger, StatusSink {
  /// A status event, as consumers read it.
  struct EventValue: Decodable, Equatable {
    var sessionId: String
    var status: String
    var terminal: Bool
    var observedAt: String
    var polls: Int
  }
  struct State {
    var ledger = ModelLedger()
    var events: [(ceID: String, value: EventValue)] = []
    var gets = 0
    var silence: GatewayFailure?
  }
  let simulation = Simulation()
  let site = CrashSite()
  let session: GatewaySession
  let state = Mutex(State())

  init(_ scenario: ReconcileScenario) throws {
    // The world begins when the session is of that age.
    let born = -scenario.age
    session = GatewaySession(
      name: SessionName.number(1), askedAt: born, madeAt: born, visibleAt: born, usableAt: born + 1000,
      end: scenario.completesAt == nil ? .timedOut : .completed, endsAt: born + (scenario.completesAt ?? ModelGateway.lifetime))
    let now = simulation.wallNow
    let createdAt = now - .milliseconds(scenario.age)
    let reply = DecidedReply(
      outcome: .created, session: CreatedSession(sessionID: session.name.id, hostedURL: session.name.url, createdAt: createdAt), error: nil,
      attempts: 1, decidedAt: createdAt)
    let hash = try #require(BodyHash(bytes: Array(repeating: 1, count: 32)))
    state.withLock { state in
      let identity = RequestIdentity(merchantID: LoggedRequest.merchantID, requestID: "r")
      let source = RecordCoordinate(topic: LoggedRequest.topic, partition: 0, offset: 0)
      let key = ClaimKey(row: 0, generation: 1)
      _ = state.ledger.claim([
        RequestClaim(identity: identity, bodyHash: hash, mode: .payment, merchantTransactionID: nil, replayCount: 0, source: source)
      ])
      _ = state.ledger.record([NewDecision(key: key, reply: reply, watch: SessionWatch(recordKey: nil, firstPollAt: createdAt))])
      state.ledger.markPublished([key])
      if scenario == .unresolved { state.silence = .serverError }
      if scenario == .unreachable { state.silence = .noConnection }
      let known: SessionStatus? = scenario == .republished ? .completed : scenario == .unchanged ? .created : nil
      guard let known else { return }
      // What a process before has recorded, and told unless it died before that.
      let lease = state.ledger.leaseDue(now: createdAt, until: now - .seconds(1), limit: 1)
      let event = PollRecord(key: key, status: known, polls: 2, failures: 0, next: .publish(observedAt: now - .seconds(20)))
      _ = state.ledger.recordPolls([event], under: lease.token)
      if known == .created { state.ledger.markPublished([PublishedEvent(key: key, status: known, nextPollAt: now)], under: lease.token) }
    }
  }

  func run(_ mode: ReconciliationRun, dyingAt point: ReconcilePoint?) throws {
    let service = ReconciliationService(
      configuration: ReconcileProcess.configuration, run: mode, reader: self, ledger: self, sink: self, time: simulation.time,
      wallClock: simulation.wallClock, seed: 1, logger: silentLogger)
    try simulation.live(site, dyingAt: point?.rawValue) { _ = try await service.run() }
  }

  private func passes(_ point: ReconcilePoint) -> Bool { site.passes(point.rawValue) }

  // MARK: - SessionReader

  func startReads(_ calls: [ReadSessionCall], completion: @escaping @Sendable ([ReadSessionResult]) -> Void) {
    for call in calls {
      guard !site.isDead else { return }
      site.note("GETs")
      let now = simulation.milliseconds
      let silence = state.withLock { state in
        state.gets += 1
        return state.silence
      }
      guard passes(.getSent) else { return }
      let outcome = silence.map { .failure($0) } ?? session.outcome(at: now)
      simulation.after(.milliseconds(50)) { completion([ReadSessionResult(id: call.id, outcome: outcome)]) }
    }
  }

  func cancelAll() {}

  // MARK: - StatusSink

  func publish(_ records: OutgoingRecords) async throws -> PublishReport {
    guard !site.isDead else { throw CancellationError() }
    for entry in records.entries {
      let ceID = PackedHeaders(records.slab[entry.headers.range]).lastValue(named: "ce_id").map { String(decoding: $0, as: UTF8.self) }
      let value = try JSONDecoder().decode(EventValue.self, from: Data(records.slab[entry.value.range]))
      state.withLock { $0.events.append((ceID ?? "none", value)) }
      site.note(value.status)
    }
    guard passes(.published) else { throw CancellationError() }
    return PublishReport()
  }

  // MARK: - OutstandingLedger

  func leaseDue(now: Timestamp, until: Timestamp, limit: Int) async throws(LedgerFailure) -> SessionLease {
    guard !site.isDead else { throw CrashSite.gone }
    let lease = state.withLock { $0.ledger.leaseDue(now: now, until: until, limit: limit) }
    // A lease of nothing does nothing.
    guard !lease.sessions.isEmpty else { return lease }
    site.note("leases")
    guard passes(.leased) else { throw CrashSite.gone }
    return lease
  }

  func recordPolls(_ polls: [PollRecord], under token: SessionLease.Token, at: Timestamp) async throws(LedgerFailure) -> [Bool] {
    try call(.answered, .recorded, "records") { $0.recordPolls(polls, under: token) }
  }

  func markPublished(_ events: [PublishedEvent], under token: SessionLease.Token) async throws(LedgerFailure) {
    try call(.acknowledged, .marked, "marks") { $0.markPublished(events, under: token) }
  }

  func release(_ keys: [ClaimKey], under token: SessionLease.Token, dueAt: Timestamp) async throws(LedgerFailure) {
    try call(.releasing, .released, "releases") { $0.release(keys, under: token, dueAt: dueAt) }
  }

  private func call<Value: Sendable>(
    _ before: ReconcilePoint, _ after: ReconcilePoint, _ deed: String, _ body: (inout ModelLedger) -> Value
  ) throws(LedgerFailure) -> Value {
    guard passes(before) else { throw CrashSite.gone }
    let value = state.withLock { body(&$0.ledger) }
    site.note(deed)
    guard passes(after) else { throw CrashSite.gone }
    return value
  }

  func outstandingCounts(now: Timestamp) async throws(LedgerFailure) -> OutstandingCounts {
    state.withLock { state in
      let all = state.ledger.outstanding
      return OutstandingCounts(
        outstanding: all.count, due: all.count { $0.dueAt <= now }, unresolved: all.count { $0.status == .unresolved },
        nextDueAt: state.ledger.nextDueAt)
    }
  }

  func unsettledCount(of merchantIDs: [String], except keys: [ClaimKey], max: Int) async throws(LedgerFailure) -> Int {
    state.withLock { state in
      min(max, state.ledger.outstanding.count { !keys.contains($0.key) && !($0.status == .unresolved && $0.observedAt == nil) })
    }
  }
}
