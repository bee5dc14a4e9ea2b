import CheckoutSession
import GRDB
import Logging
import Testing

@testable import Ledger

/// Replays as they stand in the two ledgers' tables.
@Suite("Replay tables", .timeLimit(.minutes(2)))
struct ReplayTableTests {
  @Test("after a rehearsal every table and view of a file is as before, the numbers that it would give next as well")
  func rehearsalInFile() async throws {
    try await TemporaryLedger.with { temporary in
      let ledger = try await temporary.open()
      let database = try DatabaseQueue(path: temporary.path)
      func dump() async throws -> [String] {
        try await database.read { db in
          let tables = try String.fetchAll(db, sql: "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name")
          return try tables.flatMap { table in
            try Row.fetchAll(db, sql: "SELECT * FROM \(table)").map { "\(table): \($0)" }.sorted()
          }
        }
      }
      try await fill(ledger)
      let before = try await dump()
      #expect(before.contains { $0.hasPrefix("readable_request:") } && before.contains { $0.hasPrefix("tally:") })
      _ = try await ledger.rehearse(rehearsed(), at: Sample.now)
      #expect(try await dump() == before)
      _ = try await ledger.claim(rehearsed(), at: Sample.now)
      #expect(try await dump() != before)
    }
  }

  @Test("after a rehearsal every table and view of a database is as before")
  func rehearsalInDatabase() async throws {
    try await TemporaryDatabase.withSchema { database in
      let ledger = try await database.open()
      let names = try await database.query(
        """
        SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = '\(database.schema)' AND c.relkind IN ('r', 'v') ORDER BY 1
        """
      ).split(separator: "\n")
      func dump() async throws -> String {
        // A readable time does not depend on when it is read, and a tally's shard is the connection's.
        try await database.query(names.map { "SELECT '\($0)', t.* FROM \(database.schema).\($0) t ORDER BY t" }.joined(separator: ";\n"))
      }
      #expect(names.contains("readable_replay") && names.contains("tally") && names.contains("merchant"))
      try await fill(ledger)
      let before = try await dump()
      _ = try await ledger.rehearse(rehearsed(), at: Sample.now)
      #expect(try await dump() == before)
      _ = try await ledger.claim(rehearsed(), at: Sample.now)
      #expect(try await dump() != before)
    }
  }

  @Test("people read words about replays and their runs, in both ledgers the same")
  func views() async throws {
    let columns = "origin, dead_letter, merchant, request_id, action, state, count, run, who, outcome, generation, error_code, reason"
    let runColumns = "id, who, ending, taken_over_by, records"
    let expected = [
      "checkout.session-requests/3/1|checkout.dead-letters/0/1001|merchant-1|failed-1|edit|ANSWERED|1|1|ann@ops-1|FAILED|2|GATEWAY|",
      "checkout.session-requests/3/2|checkout.dead-letters/0/1002|merchant-1|failed-2|drop|DROPPED|0|1|ann@ops-1||||a test order",
      "1|ann@ops-1|CANARY_FAILED||2",
    ]
    func work(_ ledger: some LedgerStore) async throws {
      let run = try await ledger.beginReplay(Sample.run())
      _ = try await ledger.claimReplays([Sample.replay(1, .edit), Sample.replay(2, .drop)], run: run)
      _ = try await ledger.recordSent([Sample.origin(1)], run: run, at: Sample.now)
      try await ledger.recordAnswers([Sample.origin(1): .init(outcome: .failed, generation: 2, errorCode: "GATEWAY")], at: Sample.now)
      try await ledger.endReplay(run, .init(at: Sample.now, end: .canaryFailed))
    }
    try await TemporaryLedger.with { temporary in
      try await work(try await temporary.open())
      let database = try DatabaseQueue(path: temporary.path)
      let lines = try await database.read { db in
        try ["\(columns) FROM readable_replay ORDER BY origin", "\(runColumns) FROM readable_replay_run"].flatMap { query in
          try Row.fetchAll(db, sql: "SELECT \(query)").map { row in
            row.databaseValues.map { $0.isNull ? "" : "\($0)".filter { $0 != "\"" } }.joined(separator: "|")
          }
        }
      }
      #expect(lines == expected)
    }
    try await TemporaryDatabase.withSchema { database in
      try await work(try await database.open())
      let text = try await database.query(
        """
        SET search_path = \(database.schema); SELECT \(columns) FROM readable_replay ORDER BY origin; SELECT \(runColumns) FROM readable_replay_run
        """)
      let lines = text.split(separator: "\n").map { String($0) }
      #expect(lines.filter { $0 != "SET" } == expected)
    }
  }

  @Test("where a record is searched for is kept as it is given", arguments: [0, 1, 100])
  func searchStart(count: Int32) throws {
    var offsets: [Int32: Int64] = [:]
    for number in 0..<count { offsets[number * 7 - 3] = Int64.max - Int64(number) * 1_000_003 }
    let stored = SearchStart.stored(offsets)
    let expectedBytes: Int? = count == 0 ? nil : Int(count) * 12
    #expect(stored?.count == expectedBytes)
    #expect(SearchStart.read(stored) == offsets)
    #expect(SearchStart.read([1, 2, 3]) == nil)
  }

  private func fill(_ ledger: some LedgerStore) async throws {
    try await ledger.settle(Sample.claim("failed"), Sample.declined(.failed))
    try await ledger.watch("ended")
    let run = try await ledger.beginReplay(Sample.run())
    _ = try await ledger.claimReplays([Sample.replay(1)], run: run)
  }

  /// New names, new requests, one that is reopened, and one in doubt.
  private func rehearsed() throws -> [RequestClaim] {
    var elsewhere = try Sample.claim("new", merchant: "new")
    elsewhere.source.topic = "new"
    return [elsewhere, elsewhere, try Sample.claim("failed", replayCount: 1), try Sample.claim("ended", replayCount: 2)]
  }
}
