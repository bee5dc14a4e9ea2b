import CheckoutSession
import PostgresTestKit
import Testing

@testable import Ledger

/// A server that is restarted in the middle of a call: the call fails as transient, and made again it comes to what it should.
@Suite("PostgreSQL ledger and a server that restarts", .serialized, .timeLimit(.minutes(3)))
struct PostgreSQLRestartTests {
  /// What each call is tried with.
  private struct World: Sendable {
    let ledger: PostgreSQLLedger
    /// A request that is claimed and not decided.
    let undecided: ClaimKey
    /// One that is decided and not published.
    let unpublished: ClaimKey
    /// One whose session is leased.
    let leased: ClaimKey
    let token: SessionLease.Token
    /// A run of `apply` that is alive and has claimed the record at offset 1.
    let run: Int64
  }
  private typealias Call = @Sendable (World) async throws -> Void

  private static let calls: [(name: String, call: Call)] = [
    (
      "claim",
      { world in
        let outcomes = try await world.ledger.claim([Sample.claim("new"), Sample.claim("undecided")], at: Sample.now)
        guard case .new = outcomes[0] else { throw UnexpectedClaim() }
        #expect(outcomes[1] == .inDoubt(world.undecided))
      }
    ),
    (
      "record",
      { world in
        let results = try await world.ledger.record([(world.undecided, Sample.created())])
        #expect(results == [.recorded])
      }
    ),
    (
      "mark published",
      { world in
        try await world.ledger.markPublished([world.unpublished], at: Sample.now)
        let statistics = try await world.ledger.statistics(now: Sample.now)
        #expect(statistics.publishedTotal == 2)
      }
    ),
    (
      "renew",
      { world in
        let key = ClaimKey(row: world.unpublished.row, generation: 2)
        let keys = try await world.ledger.renew([world.unpublished], at: Sample.now)
        #expect(keys == [key])
      }
    ),
    (
      "lease",
      { world in
        let sessions = try await world.ledger.lease().sessions
        #expect(sessions.map(\.identity.requestID) == ["due"])
      }
    ),
    (
      "record polls",
      { world in
        let polls = [PollRecord.end(world.leased, .completed)]
        let results = try await world.ledger.recordPolls(polls, under: world.token, at: Sample.now)
        let outstanding = try await world.ledger.outstanding()
        #expect(results == [true] && outstanding.endedTotal[.completed] == 1)
      }
    ),
    (
      "release",
      { world in
        try await world.ledger.release([world.leased], under: world.token, dueAt: Sample.now)
        let outstanding = try await world.ledger.outstanding()
        #expect(outstanding.leased == 0)
      }
    ),
    (
      "quota",
      { world in
        let grant = try await world.ledger.quotaGrant(for: Sample.member(1), now: Sample.now, until: Sample.leaseEnd) { _, _ in 1 }
        #expect(grant.granted == 1)
      }
    ),
    (
      "erase",
      { world in
        let erased = try await world.ledger.eraseHostedURLs(expiredBefore: Sample.now + .seconds(86_400), limit: 10)
        #expect(erased == 3)
      }
    ),
    (
      "prune",
      { world in
        let pruned = try await world.ledger.prune(decidedBefore: Sample.now + .seconds(1), limit: 10)
        #expect(pruned == 2)
      }
    ),
    (
      "rehearse",
      { world in
        let outcomes = try await world.ledger.rehearse([Sample.claim("undecided")], at: Sample.now)
        #expect(outcomes == [.inDoubt(world.undecided)])
      }
    ),
    (
      "keep a replay",
      { world in
        let isAlive = try await world.ledger.keepReplay(world.run, aliveUntil: Sample.leaseEnd)
        #expect(isAlive)
      }
    ),
    (
      "claim replays",
      { world in
        let claims = [try Sample.replay(1), try Sample.replay(2)]
        let outcomes = try await world.ledger.claimReplays(claims, run: world.run)
        #expect(outcomes == [.inDoubt(.claimed(claims[0], run: world.run)), .claimed(count: 1)])
      }
    ),
    (
      "record sent",
      { world in
        let sent = try await world.ledger.recordSent([Sample.origin(1)], run: world.run, at: Sample.now)
        #expect(sent == [true])
      }
    ),
    (
      "answer replays",
      { world in
        let answer = ReplayAnswer(outcome: .created, generation: 1)
        try await world.ledger.recordAnswers([Sample.origin(1): answer], at: Sample.now)
        let record = try await world.ledger.replayRecord(1)
        #expect(record?.answer == answer)
      }
    ),
    (
      "end a replay",
      { world in
        try await world.ledger.endReplay(world.run, .init(at: Sample.now, end: .finished))
        let isAlive = try await world.ledger.keepReplay(world.run, aliveUntil: Sample.leaseEnd)
        #expect(!isAlive)
      }
    ),
  ]

  @Test("in the middle of each call")
  func restarts() async throws {
    let server = try await PostgresServer()
    try await server.start()
    for (number, (name, call)) in Self.calls.enumerated() {
      try await TemporaryDatabase.with(server) { database in
        let world = try await world(database)
        try await interrupt(call, world, database, number.isMultiple(of: 2) ? .immediate : .fast, name)
      }
    }
    await server.stop(.immediate)
  }

  private func world(_ database: TemporaryDatabase) async throws -> World {
    let ledger = try await database.open()
    let leased = try await ledger.watch("leased")
    let lease = try await ledger.lease()
    #expect(lease.sessions.map(\.key) == [leased])
    let unpublished = try await ledger.settle(Sample.claim("unpublished"), Sample.created(), published: false)
    let undecided = try await ledger.claimNew(Sample.claim("undecided"))
    let due = try await ledger.claimNew(Sample.claim("due"))
    let watch = SessionWatch(recordKey: nil, firstPollAt: Sample.now)
    #expect(try await ledger.record([NewDecision(key: due, reply: Sample.created(), watch: watch)]) == [.recorded])
    let run = try await ledger.beginReplay(Sample.run())
    #expect(try await ledger.claimReplays([Sample.replay(1)], run: run) == [.claimed(count: 1)])
    return World(ledger: ledger, undecided: undecided, unpublished: unpublished, leased: leased, token: lease.token, run: run)
  }

  /// Holds the tables so that the call waits in the server, restarts the server then, and makes the call again until the server is back.
  private func interrupt(
    _ call: @escaping Call, _ world: World, _ database: TemporaryDatabase, _ mode: PostgresServer.StopMode, _ name: String
  ) async throws {
    let holder = try await PostgresPool.open(database.configuration(), logger: .silent)
    let holding = Task {
      try? await holder.with { session in
        try session.transaction { session in
          _ = try session.run(
            "LOCK TABLE request, pending, decision, outstanding, quota_pause, replay, replay_run IN ACCESS EXCLUSIVE MODE")
          _ = try session.run("SELECT pg_sleep(25)")
        }
      }
    }
    try await wait(for: "wait_event = 'PgSleep'", database)
    let first = Task { try await call(world) }
    try await wait(for: "wait_event_type = 'Lock'", database)
    try await database.server.restart(mode)
    // Where the pool is sure that nothing was done, it calls again by itself, and the server may be back by then.
    let result = await first.result
    _ = await holding.value
    await holder.close()
    switch result {
    case .success: return
    case .failure(let error):
      let failure = try #require(error as? LedgerFailure, "\(name): \(error)")
      #expect(failure.isTransient, "\(name): \(failure)")
    }
    while true {
      do {
        return try await call(world)
      } catch let failure as LedgerFailure {
        try #require(failure.isTransient, "\(name): \(failure)")
      }
    }
  }

  /// Until a connection is in a state.
  private func wait(for state: String, _ database: TemporaryDatabase) async throws {
    // The server's own housekeeping may wait for a lock too.
    let clients = "FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
    while try await database.query("SELECT count(*) \(clients) AND \(state)") == "0" {}
  }
}
