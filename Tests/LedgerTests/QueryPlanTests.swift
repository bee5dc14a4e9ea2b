import CheckoutSession
import GRDB
import Testing

@testable import Ledger

/// That what a reconciler asks each second reads one range of an index, whatever is outstanding.
@Suite("Query plans")
struct QueryPlanTests {
  @Test(
    "what is due, and what is unresolved, is one range of a covering index",
    arguments: [
      (
        LeaseTransaction.sortingSQL, ["SEARCH outstanding USING COVERING INDEX outstanding_due (due_at<?)", "USE TEMP B-TREE FOR ORDER BY"]
      ),
      (CountsQuery.dueSQL, ["SEARCH outstanding USING COVERING INDEX outstanding_due (due_at<?)"]),
      (CountsQuery.unresolvedSQL, ["SEARCH outstanding USING COVERING INDEX outstanding_unresolved (status=?)"]),
      (CountsQuery.nextSQL, ["SEARCH outstanding USING COVERING INDEX outstanding_due"]),
    ])
  func plan(sql: String, expected: [String]) async throws {
    try await expect(sql, expected)
  }

  @Test("a backlog is walked by deadline, and not sorted")
  func walk() async throws {
    try await expect(LeaseTransaction.walkingSQL, ["SCAN outstanding USING INDEX outstanding_deadline"])
  }

  @Test("few due sessions or many, those nearest their deadline are found, and the same ones")
  func sameOrder() async throws {
    try await TemporaryLedger.with { temporary in
      let ledger = try await temporary.open()
      // Deadlines and due times in orders of their own, some of them equal.
      for number in 0..<97 {
        try await ledger.watch(
          "request-\(number)", createdAt: Sample.now - .seconds(number * 31 % 53), firstPollAt: Sample.now + .seconds(number * 17 % 89 - 60)
        )
      }
      await ledger.close()
      let database = try DatabaseQueue(path: temporary.path)
      let dueCount = (0..<97).count { $0 * 17 % 89 <= 60 }
      for limit in [0, 1, 20, 1000] {
        let (sorted, walked) = try await database.read { db in
          (
            try LeaseTransaction.due(now: Sample.now, limit: limit, sortedMax: 97, db),
            try LeaseTransaction.due(now: Sample.now, limit: limit, sortedMax: 10, db)
          )
        }
        #expect(sorted == walked && sorted.count == min(limit, dueCount), "\(limit)")
      }
    }
  }

  @Test("a session is read by its keys")
  func session() async throws {
    try await expect(
      OutstandingColumns.selectSQL,
      [
        "SEARCH o USING INTEGER PRIMARY KEY (rowid=?)", "SEARCH r USING INTEGER PRIMARY KEY (rowid=?)",
        "SEARCH d USING INTEGER PRIMARY KEY (rowid=?)", "SEARCH m USING INTEGER PRIMARY KEY (rowid=?)",
      ])
  }

  private func expect(_ sql: String, _ expected: [String], sourceLocation: SourceLocation = #_sourceLocation) async throws {
    try await TemporaryLedger.with { temporary in
      await (try await temporary.open()).close()
      let database = try DatabaseQueue(path: temporary.path)
      let plan = try await database.read { db in
        try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql.replacing("?1", with: "1").replacing("?2", with: "1"))
          .map { $0["detail"] as String }
      }
      #expect(plan.sorted() == expected.sorted(), sourceLocation: sourceLocation)
    }
  }
}
