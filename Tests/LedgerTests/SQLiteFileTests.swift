import CheckoutSession
import Foundation
import GRDB
import Ledger
import Logging
import Testing

/// What the ledger does to its file, and to files that are not its own.
@Suite("SQLite ledger file", .timeLimit(.minutes(1)))
struct SQLiteFileTests {
  @Test("the file, its log and its shared memory are the owner's alone")
  func mode() async throws {
    try await TemporaryLedger.with { temporary in
      let ledger = try await temporary.open()
      _ = try await ledger.claimNew(Sample.claim("a"))
      for suffix in ["", "-wal", "-shm"] {
        let attributes = try FileManager.default.attributesOfItem(atPath: temporary.path + suffix)
        #expect(attributes[.posixPermissions] as? Int == 0o600, "\(suffix)")
      }
    }
  }

  @Test("many may open a file that none has created yet")
  func concurrentCreation() async throws {
    try await TemporaryLedger.with { temporary in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<4 {
          group.addTask { _ = try await temporary.open().claimNew(Sample.claim("request-\(number)")) }
        }
        try await group.waitForAll()
      }
      #expect(try await temporary.open(.readOnly).statistics(now: Sample.now).identities == 4)
    }
  }

  @Test("a file that another process is about to set up is no stranger's")
  func halfCreated() async throws {
    try await TemporaryLedger.with { temporary in
      let other = try DatabaseQueue(path: temporary.path)
      try await other.write { db in try db.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)") }
      try other.close()
      _ = try await temporary.open().claimNew(Sample.claim("a"))
    }
  }

  @Test("an erased URL, of a session that expired, was renewed or ended, is nowhere in the file")
  func erasedBytes() async throws {
    try await TemporaryLedger.with { temporary in
      let ledger = try await temporary.open()
      var keys: [ClaimKey] = []
      for number in 0..<50 { keys.append(try await ledger.settle(Sample.claim("request-\(number)"), Sample.created())) }
      #expect(try await ledger.renew([keys[7]], at: Sample.now + CreatedSession.lifetime) != [nil])
      let url = Data("https://hcp.example/session/".utf8)
      let watched = try await ledger.watch("ended")
      let lease = try await ledger.lease()
      _ = try await ledger.recordPolls([.end(watched, .completed)], under: lease.token, at: Sample.now)
      await ledger.close()
      #expect(try Data(contentsOf: URL(fileURLWithPath: temporary.path)).range(of: url) != nil)
      let next = try await temporary.open()
      #expect(try await next.eraseHostedURLs(expiredBefore: Sample.now + .seconds(3600), limit: 100) == 49)
      await next.close()
      #expect(try Data(contentsOf: URL(fileURLWithPath: temporary.path)).range(of: url) == nil)
      #expect(!FileManager.default.fileExists(atPath: temporary.path + "-wal"))
    }
  }

  @Test("nor in its log, once that is folded or the last one has closed, whatever was read besides", arguments: [true, false])
  func erasedFromLog(isOpen: Bool) async throws {
    try await TemporaryLedger.with { temporary in
      let ledger = try await temporary.open()
      let key = try await ledger.watch("ended")
      let lease = try await ledger.lease()
      _ = try await ledger.statistics(now: Sample.now)
      _ = try await ledger.recordPolls([.end(key, .completed)], under: lease.token, at: Sample.now)
      try await ledger.markPublished([PublishedEvent(key: key, status: .completed, nextPollAt: nil)], under: lease.token)
      _ = try await ledger.outstandingCounts(now: Sample.now)
      if isOpen { try await ledger.foldLog() } else { await ledger.close() }
      for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: temporary.path + suffix) {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: temporary.path + suffix))
        #expect(bytes.range(of: Data("https://hcp.example/session/".utf8)) == nil, "in ledger\(suffix)")
      }
    }
  }

  @Test("people read words, and no URL, in readable_request")
  func view() async throws {
    try await TemporaryLedger.with { temporary in
      let ledger = try await temporary.open()
      try await ledger.settle(Sample.claim("a", offset: 42), Sample.created())
      try await ledger.settle(Sample.claim("b"), Sample.declined(.failed), published: false)
      _ = try await ledger.claimNew(Sample.claim("c"))
      let people = try DatabaseQueue(path: temporary.path)
      let rows = try people.read { db in
        try Row.fetchAll(db, sql: "SELECT * FROM readable_request ORDER BY request_id")
      }
      #expect(rows.map { $0["outcome"] as String } == ["CREATED", "FAILED", "UNDECIDED"])
      #expect(rows.map { $0["published"] as Bool } == [true, false, false])
      #expect(rows[0]["source"] == "checkout.session-requests/3/42" && rows[0]["mode"] == "PAYMENT")
      #expect(!rows.contains { "\($0)".contains("https:") })
    }
  }

  @Test("people read words, no URL and no record key, in readable_outstanding")
  func outstandingView() async throws {
    try await TemporaryLedger.with { temporary in
      let ledger = try await temporary.open()
      try await ledger.watch("a", recordKey: Array("customer-7".utf8))
      let ended = try await ledger.watch("b")
      let lease = try await ledger.lease()
      _ = try await ledger.recordPolls([.end(ended, .canceled)], under: lease.token, at: Sample.now)
      let people = try DatabaseQueue(path: temporary.path)
      let rows = try people.read { db in
        try Row.fetchAll(db, sql: "SELECT * FROM readable_outstanding ORDER BY request_id")
      }
      #expect(rows.map { $0["status"] as String } == ["ACCEPTED", "CANCELED"])
      #expect(rows.map { $0["event_unpublished"] as Bool } == [false, true])
      #expect(rows[0]["mode"] == "PAYMENT" && rows[0]["leased"] as Bool)
      #expect(!rows.contains { "\($0)".contains("https:") || "\($0)".contains("customer-7") })
      let request = try people.read { db in
        try Row.fetchOne(db, sql: "SELECT * FROM readable_request WHERE request_id = 'b'")
      }
      #expect(request?["ended"] == "CANCELED" && request?["ended_at"] != nil)
    }
  }

  @Test("a reader sees what a worker does, and cannot write")
  func readOnly() async throws {
    try await TemporaryLedger.with { temporary in
      let worker = try await temporary.open()
      let reader = try await temporary.open(.readOnly)
      try await worker.settle(Sample.claim("a"), Sample.created())
      let statistics = try await reader.statistics(now: Sample.now)
      #expect(statistics.identities == 1)
      #expect((statistics.fileBytes ?? 0) > 4096)
      let failure = await #expect(throws: LedgerFailure.self) { _ = try await reader.claim([Sample.claim("b")], at: Sample.now) }
      #expect(failure?.code == .notWritable)
    }
  }
}
