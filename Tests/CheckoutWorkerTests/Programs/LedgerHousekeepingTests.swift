import CheckoutSession
import Ledger
import Logging
import Synchronization
import TestClock
import Testing

@testable import CheckoutWorker

@Suite struct LedgerHousekeepingTests {
  @Test func urlsOfEndedSessionsAreErasedAndOldIdentitiesForgotten() async throws {
    let ledger = try await SQLiteLedger.open(SQLiteLedgerConfiguration(location: .memory), logger: Logger(label: "test"))
    let start = Timestamp(millisecondsSinceEpoch: 1_800_000_000_000)
    let claim = try claim("a")
    // The newest row is always kept, so one more stands behind the one that is looked at.
    let keys = try await ledger.claim([claim, self.claim("b")], at: start).compactMap { if case .new(let key) = $0 { key } else { nil } }
    let session = CreatedSession(
      sessionID: try #require(SessionID("9b2d7c1e-6f0a-4d7b-8a55-3f1c2e4d5a60")), hostedURL: "https://host/app", createdAt: start)
    let decision = DecidedReply(outcome: .created, session: session, error: nil, attempts: 1, decidedAt: start)
    _ = try await ledger.record(keys.map { NewDecision(key: $0, reply: decision) })
    try await ledger.markPublished(keys, at: start)

    func housekeeping(at now: Timestamp) -> LedgerHousekeeping {
      LedgerHousekeeping(
        ledger: ledger, retention: .seconds(7 * 86_400), historyRetention: .seconds(90 * 86_400), lifetimeUncertainty: .seconds(30),
        wallClock: WallClock { now }, isTimeKnown: { true }, logger: Logger(label: "test"))
    }
    func hasURL(at now: Timestamp) async throws -> Bool? {
      guard case .decided(_, let decided) = try await ledger.claim([claim], at: now)[0] else { return nil }
      return decided.session != nil
    }

    try await housekeeping(at: session.expiresAt + .seconds(29)).tidy()
    #expect(try await hasURL(at: session.expiresAt) == true)
    try await housekeeping(at: session.expiresAt + .seconds(31)).tidy()
    #expect(try await hasURL(at: session.expiresAt) == false)
    try await housekeeping(at: start + .seconds(8 * 86_400)).tidy()
    #expect(try await hasURL(at: start) == nil)
    await ledger.close()
  }

  @Test func whatWasReplayedIsForgottenAfterItsOwnTime() async throws {
    let ledger = try await SQLiteLedger.open(SQLiteLedgerConfiguration(location: .memory), logger: Logger(label: "test"))
    let start = Timestamp(millisecondsSinceEpoch: 1_800_000_000_000)
    let hash = try #require(BodyHash(bytes: Array(repeating: 1, count: 32)))
    let run = try await ledger.beginReplay(
      ReplayRun(planHash: hash, user: "ann", host: "ops-1", startedAt: start, aliveUntil: start + .seconds(15)))
    let place = RecordCoordinate(topic: "t", partition: 0, offset: 7)
    let claim = ReplayClaim(
      origin: place, deadLetter: place, identity: RequestIdentity(merchantID: "m", requestID: "a"), action: .drop, bodyHash: nil,
      originalHash: hash, replayCount: 0)
    #expect(try await ledger.claimReplays([claim], run: run, searchFrom: [:], attemptsMax: 3, at: start) == [.claimed(count: 0)])
    for (days, isKept) in [(89, true), (91, false)] {
      try await LedgerHousekeeping(
        ledger: ledger, retention: .seconds(7 * 86_400), historyRetention: .seconds(90 * 86_400), lifetimeUncertainty: .seconds(30),
        wallClock: WallClock { start + .seconds(days * 86_400) }, isTimeKnown: { true }, logger: Logger(label: "test")
      ).tidy()
      #expect(try await ledger.replayRecords([place]).map { $0 != nil } == [isKept])
      #expect(try await ledger.replayRuns(planHash: nil, limit: 1).isEmpty == !isKept)
    }
    await ledger.close()
  }

  /// A host that starts with a wrong clock must not erase what is alive, nor forget what is young.
  @Test func nothingIsForgottenBeforeTheTimeIsKnown() async throws {
    let ledger = try await SQLiteLedger.open(SQLiteLedgerConfiguration(location: .memory), logger: Logger(label: "test"))
    let start = Timestamp(millisecondsSinceEpoch: 1_800_000_000_000)
    guard case .new(let key) = try await ledger.claim([claim("a")], at: start)[0] else { throw CancellationError() }
    let session = CreatedSession(
      sessionID: try #require(SessionID("9b2d7c1e-6f0a-4d7b-8a55-3f1c2e4d5a60")), hostedURL: "https://host/app", createdAt: start)
    let decision = DecidedReply(outcome: .created, session: session, error: nil, attempts: 1, decidedAt: start)
    _ = try await ledger.record([NewDecision(key: key, reply: decision)])
    let hour = session.expiresAt + .seconds(3600)
    let isKnown = Mutex(false)
    let clock = ManualClock()
    let housekeeping = LedgerHousekeeping(
      ledger: ledger, retention: .seconds(7 * 86_400), historyRetention: .seconds(90 * 86_400), lifetimeUncertainty: .seconds(30),
      clock: clock, wallClock: WallClock { hour }, isTimeKnown: { isKnown.withLock { $0 } }, logger: Logger(label: "test"))
    func hasURL() async throws -> Bool? {
      guard case .decided(_, let decided) = try await ledger.claim([claim("a")], at: start)[0] else { return nil }
      return decided.session != nil
    }

    await housekeeping.end()
    let running = Task { try await housekeeping.run() }
    for _ in 0..<120 {
      await clock.sleepers(atLeast: 1)
      clock.advance(by: .seconds(1))
    }
    await clock.sleepers(atLeast: 1)
    #expect(try await hasURL() == true)
    isKnown.withLock { $0 = true }
    clock.advance(by: .seconds(1))
    // Its first look is over when it waits for the next one.
    await clock.sleepers(atLeast: 1)
    #expect(try await hasURL() == false)
    running.cancel()
    _ = await running.result
    await ledger.close()
  }

  private func claim(_ id: String) throws -> RequestClaim {
    RequestClaim(
      identity: RequestIdentity(merchantID: "m", requestID: id), bodyHash: try #require(BodyHash(bytes: Array(repeating: 1, count: 32))),
      mode: .payment, merchantTransactionID: nil, replayCount: 0, source: RecordCoordinate(topic: "t", partition: 0, offset: 0))
  }
}
