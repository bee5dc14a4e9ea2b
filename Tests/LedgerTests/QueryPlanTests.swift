import CheckoutSession
import GRDB
import Testing

@testable import Ledger

/// That what a reconciler asks each second reads one range of an index, whatever is outstanding.
@Suite("Query plans")
struct QueryPlanTests {
  @Test(
    "what is due, what is unresolved, and what is leased for too long, is one range of an index",
    arguments: [
      (
        DueSessions.sortingSQL,
        ["SEARCH outstanding USING COVERING INDEX outstanding_due (due_at>? AND due_at<?)", "USE TEMP B-TREE FOR ORDER BY"]
      ),
      (DueSessions.countSQL, counted("due_at>? AND due_at<?")),
      (CountsQuery.dueSQL, counted("due_at<?")),
      (
        LeaseTransaction.endStrayLeasesSQL,
        [
          "SEARCH outstanding USING INTEGER PRIMARY KEY (rowid=?)", "LIST SUBQUERY 1",
          "SEARCH outstanding USING INDEX outstanding_leased (due_at>?)",
        ]
      ),
      (CountsQuery.unresolvedSQL, ["SEARCH outstanding USING COVERING INDEX outstanding_unresolved (status=?)"]),
      (CountsQuery.nextSQL, ["SEARCH outstanding USING COVERING INDEX outstanding_due"]),
    ])
  func plan(sql: String, expected: [String]) async throws {
    try await expect(sql, expected)
  }

  @Test("a backlog is walked by deadline, and not sorted")
  func walk() async throws {
    try await expect(DueSessions.walkingSQL, ["SEARCH outstanding USING INDEX outstanding_deadline (expires_at>? AND expires_at<?)"])
  }

  /// The plan of a count with a limit.
  private static func counted(_ range: String) -> [String] {
    ["CO-ROUTINE (subquery-1)", "SEARCH outstanding USING COVERING INDEX outstanding_due (\(range))", "SCAN (subquery-1)"]
  }

  @Test("what is due is counted up to a limit")
  func dueCount() async throws {
    try await TemporaryLedger.with { temporary in
      let ledger = try await temporary.open()
      for number in 0..<5 { try await ledger.watch("request-\(number)") }
      await ledger.close()
      let database = try DatabaseQueue(path: temporary.path)
      for (limit, due) in [(3, 3), (5, 5), (CountsQuery.dueMax, 5)] {
        #expect(try await database.read { db in try CountsQuery.run(db, now: Sample.now, dueMax: limit).due } == due)
      }
    }
  }

  @Test("few due sessions or many, those nearest their deadline are found, and the same ones")
  func sameOrder() async throws {
    try await TemporaryLedger.with { temporary in
      let ledger = try await temporary.open()
      // Deadlines and due times in orders of their own, some of them equal; every third session is overdue.
      for number in 0..<97 {
        let age: Duration = .seconds(number * 31 % 53 + (number.isMultiple(of: 3) ? 3600 : 60))
        try await ledger.watch(
          "request-\(number)", createdAt: Sample.now - age, firstPollAt: Sample.now + .seconds(number * 17 % 89 - 60))
      }
      await ledger.close()
      let database = try DatabaseQueue(path: temporary.path)
      let dueCount = (0..<97).count { $0 * 17 % 89 <= 60 }
      for limit in [0, 1, 20, 1000] {
        let found = try await database.read { db in
          // Sorted; walked; walked for a while, and sorted then.
          try [(97, 1000), (10, 1000), (10, 7)].map {
            try DueSessions.find(now: Sample.now, limit: limit, sortedMax: $0.0, walkedMax: $0.1, db)
          }
        }
        #expect(found[1] == found[0] && found[2] == found[0] && found[0].count == min(limit, dueCount), "\(limit)")
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
        try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql.replacing(/\?[1-5]/, with: "1"))
          .map { $0["detail"] as String }
      }
      #expect(plan.sorted() == expected.sorted(), sourceLocation: sourceLocation)
    }
  }
}
