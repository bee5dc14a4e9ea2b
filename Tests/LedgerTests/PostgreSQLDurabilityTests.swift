import CheckoutSession
import PostgresTestKit
import Testing

@testable import Ledger

/// Which calls wait for the server's disk: what the function has set stands until its transaction is committed, or it would mean nothing.
@Suite("PostgreSQL ledger durability", .timeLimit(.minutes(2)))
struct PostgreSQLDurabilityTests {
  @Test(
    "what a client acts upon is on the disk before it is told",
    arguments: [
      ("SELECT * FROM claim('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', 0)", "on"),
      ("SELECT * FROM claim('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', 0)", "on"),
      ("SELECT * FROM record_sent('{}', '{}', '{}', '{}', 1, 0)", "on"),
      ("SELECT record_answers('{}', '{}', '{}', '{}', '{}', '{}', '{}', 0)", "on"),
      ("SELECT release_replays('{}', '{}', '{}', '{}', 1)", "on"), ("SELECT * FROM renew('{}', '{}', 0)", "on"),
      ("SELECT * FROM record('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', 0)", "on"),
      ("SELECT * FROM record_polls('{1}', '{3}', '{1}', '{0}', '{0}', '{t}', 0, 0)", "on"),
      ("SELECT * FROM record_polls('{1,2}', '{1,7}', '{1,1}', '{0,0}', '{0,0}', '{t,t}', 0, 0)", "on"),
      ("SELECT * FROM record_polls('{1}', '{1}', '{1}', '{0}', '{0}', '{t}', 0, 0)", "on"),
      ("SELECT * FROM record_polls('{1}', '{1}', '{1}', '{0}', '{0}', '{f}', 0, 0)", "off"),
      ("SELECT mark_published('{}', 0)", "on"), ("SELECT * FROM lease_due(0, 1, 1, 0)", "off"),
      ("SELECT release_leases('{}', 0, 0)", "off"), ("SELECT publish_events('{}', '{}', '{}', 0)", "on"),
    ])
  func waits(sql: String, synchronousCommit: String) async throws {
    try await TemporaryDatabase.withSchema { database in
      _ = try await database.open()
      let settings = try await PostgresPool.opened(database.configuration()) { pool in
        try await pool.with { session in
          let within = try session.transaction { session in
            _ = try session.run(sql)
            return try session.run("SELECT current_setting('synchronous_commit')").text(0, 0)
          }
          return [within, try session.run("SELECT current_setting('synchronous_commit')").text(0, 0)]
        }
      }
      #expect(settings == [synchronousCommit, "on"])
    }
  }
}
