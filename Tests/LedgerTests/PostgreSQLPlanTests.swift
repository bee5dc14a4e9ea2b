import CheckoutSession
import PostgresTestKit
import Testing

@testable import Ledger

/// That no batch reads a table from one end to the other, however large it has grown: asked of the server's own counters, so whatever a function does is in it.
@Suite("PostgreSQL ledger plans", .serialized, .timeLimit(.minutes(3)))
struct PostgreSQLPlanTests {
  private static let tables = ["decision", "outstanding", "pending", "replay", "request"]

  @Test("with 100,000 sessions the calls of every batch read by index, analysed or not", arguments: [false, true])
  func batches(isAnalyzed: Bool) async throws {
    try await TemporaryDatabase.with { database in
      await (try await database.open()).close()
      try await fill(database, isAnalyzed: isAnalyzed)
      let before = try await scans(database)
      let ledger = try await database.open()
      try await work(ledger)
      try await replay(ledger)
      await ledger.close()
      let after = try await scans(database)
      #expect(after == before)
      // What reads all of a table is counted: the test would see it.
      let reader = try await database.open()
      _ = try await reader.prunable(decidedBefore: Sample.now + .seconds(1))
      _ = try await reader.statistics(now: Sample.now)
      await reader.close()
      #expect(try await scans(database) != before)
    }
  }

  @Test("with a backlog the sessions nearest their deadline are found, the same as by sorting")
  func backlog() async throws {
    try await TemporaryDatabase.with { database in
      await (try await database.open()).close()
      try await fill(database, isAnalyzed: true)
      let ledger = try await database.open()
      // 100,000 are due, half of them overdue: far more than are sorted.
      let lease = try await ledger.lease(at: Sample.now, limit: 100)
      let expected = try await database.query(
        """
        SELECT request_id FROM (
          (SELECT request_id, 0 AS part, expires_at FROM checkout.expected WHERE expires_at > \(border) ORDER BY expires_at, id LIMIT 50)
          UNION ALL
          (SELECT request_id, 1, expires_at FROM checkout.expected WHERE expires_at <= \(border) ORDER BY expires_at, id LIMIT 50)
        ) AS e ORDER BY part, expires_at, request_id COLLATE "C"
        """)
      #expect(lease.sessions.map(\.identity.requestID) == expected.split(separator: "\n").map(String.init))
      #expect(lease.sessions.count == 100)
    }
  }

  private var border: Int64 { (Sample.now - DueSessions.overdueAfter).millisecondsSinceEpoch }

  /// 100,000 created and published sessions, due, and with deadlines around the border, no two alike.
  private func fill(_ database: TemporaryDatabase, isAnalyzed: Bool) async throws {
    let now = Sample.now.millisecondsSinceEpoch
    try await database.query(
      """
      SET search_path = checkout;
      INSERT INTO merchant (name) VALUES ('merchant-1'); INSERT INTO topic (name) VALUES ('checkout.session-requests');
      INSERT INTO request (claimed_at, source_offset, merchant, replay_count, generation, source_topic, source_partition, mode, request_id, body_hash)
      SELECT \(now), n, 1, 0, 1, 1, 3, 1, 'old-' || n, sha256(n::text::bytea) FROM generate_series(1, 100000) AS n;
      INSERT INTO decision (id, decided_at, created_at, url_expires_at, session_id, attempts, outcome, hosted_url)
      SELECT (id << 16) | 1, \(now), \(now), \(now) + 900000, gen_random_uuid(), 1, 1, 'https://hcp.example/s' FROM request;
      INSERT INTO outstanding (id, due_at, expires_at, polls, failures, status)
      SELECT (id << 16) | 1, \(now) - 1000, \(border) + 50000 - (id * 7919) % 100003, 1, 0, 0 FROM request;
      INSERT INTO replay_run (started_at, lease, alive_until, plan_hash, user_name, host_name)
      VALUES (\(now), 15000, \(now), sha256('plan'), 'ann', 'ops-1');
      INSERT INTO topic (name) VALUES ('checkout.dead-letters');
      INSERT INTO replay (origin_topic, origin_partition, origin_offset, letter_topic, letter_partition, letter_offset, merchant, request_id,
        action, failed_count, state, count, run, claimed_at, body_hash, search_from)
      SELECT 1, 3, n, 2, 0, n, 1, 'old-' || n, 1, 0, 1 + n % 2, 1, 1, \(now), sha256(n::text::bytea), CASE WHEN n % 2 = 0 THEN '\\x'::bytea END
      FROM generate_series(1, 100000) AS n;
      CREATE VIEW expected AS SELECT o.id, o.expires_at, r.request_id FROM outstanding o JOIN request r ON r.id = o.id >> 16;
      """ + (isAnalyzed ? "ANALYZE request; ANALYZE decision; ANALYZE outstanding; ANALYZE pending; ANALYZE replay;" : ""))
  }

  /// Every call about replays: new ones, those of a dead run, and those that are sent.
  private func replay(_ ledger: PostgreSQLLedger) async throws {
    let run = try await ledger.beginReplay(Sample.run(at: Sample.now + .seconds(1)))
    for round in 0..<8 {
      let claims = try (0..<200).map { number in
        try Sample.replay(Int64(number < 100 ? 100_001 + round * 100 + number : round * 200 + number), requestID: "old-\(number)")
      }
      let origins = claims.map(\.origin)
      let outcomes = try await ledger.claimReplays(claims, run: run, now: Sample.now + .seconds(1))
      #expect(outcomes.count { if case .inDoubt = $0 { true } else { false } } == 50)
      #expect(try await ledger.recordSent(origins, run: run, at: Sample.now).count { $0 } == 150)
      let answers = origins.map { ($0, ReplayAnswer(outcome: .created, generation: 1)) }
      try await ledger.recordAnswers(Dictionary(uniqueKeysWithValues: answers), at: Sample.now)
      try await ledger.releaseReplays(origins, run: run)
      #expect(try await ledger.replayRecords(origins).compactMap(\.self).count == 200)
      #expect(try await ledger.replayPage(of: run, after: Sample.origin(500), limit: 100).count == 100)
      _ = try await ledger.replayRuns(planHash: nil, limit: 10)
      #expect(try await ledger.pruneReplays(claimedBefore: Sample.now, limit: 100) == 0)
      #expect(try await ledger.prunableReplays(claimedBefore: Sample.now) == 0)
    }
  }

  /// Every call of a batch, with new and known requests; many times, so that plans that are kept are seen as well.
  private func work(_ ledger: PostgreSQLLedger) async throws {
    for round in 0..<8 {
      var claims = try (0..<100).map { try Sample.claim("new-\(round)-\($0)") }
      claims += try (1...100).map { try Sample.claim("old-\(round * 100 + $0)") }
      let outcomes = try await ledger.claim(claims, at: Sample.now)
      var keys: [ClaimKey] = []
      for case .new(let key) in outcomes { keys.append(key) }
      #expect(keys.count == 100)
      let watch = SessionWatch(recordKey: [1], firstPollAt: Sample.now - .seconds(1))
      let decisions = try keys.map { NewDecision(key: $0, reply: try Sample.created(), watch: watch) }
      #expect(try await ledger.record(decisions) == keys.map { _ in .recorded })
      #expect(try await ledger.record(decisions) == keys.map { _ in .recorded })
      try await ledger.markPublished(keys, at: Sample.now)
      #expect(
        try await ledger.renew(keys.map { GenerationRenewal(key: $0, mayBePublished: true) }, at: Sample.now + .seconds(901)).count == 100)
      let lease = try await ledger.lease(limit: 200)
      let leased = lease.sessions.map(\.key)
      #expect(leased.count == 200)
      let polls = leased.prefix(100).enumerated().map { index, key in
        index.isMultiple(of: 2) ? PollRecord.end(key, .failed) : .poll(key, due: Sample.now + .seconds(60))
      }
      _ = try await ledger.recordPolls(polls, under: lease.token, at: Sample.now)
      let ended = polls.filter { $0.status == .failed }.map { PublishedEvent(key: $0.key, status: .failed, nextPollAt: nil) }
      try await ledger.markPublished(ended, under: lease.token)
      try await ledger.release(Array(leased.dropFirst(100)), under: lease.token, dueAt: Sample.now + .seconds(60))
      #expect(try await ledger.eraseHostedURLs(expiredBefore: Sample.now, limit: 100) == 0)
      #expect(try await ledger.prune(decidedBefore: Sample.now, limit: 100) == 0)
      #expect(try await ledger.outstandingCounts(now: Sample.now).due > 0)
    }
  }

  /// How often each table was read from one end to the other. A connection tells its counts when it ends.
  private func scans(_ database: TemporaryDatabase) async throws -> String {
    while try await database.query("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
      != "0"
    {}
    let names = Self.tables.map { "'\($0)'" }.joined(separator: ", ")
    return try await database.query(
      "SELECT relname, seq_scan FROM pg_stat_user_tables WHERE schemaname = 'checkout' AND relname IN (\(names)) ORDER BY relname")
  }
}
