import CheckoutSession
import Glibc
import PostgresTestKit
import Synchronization
import Testing

@testable import Ledger

/// A server that goes away and comes back.
@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"), .timeLimit(.minutes(2)))
struct PostgresClientRestartTests {
  private static func server() async throws -> PostgresServer {
    let server = try await PostgresServer()
    try await server.start()
    return server
  }

  @Test(arguments: [PostgresServer.StopMode.fast, .immediate])
  func aRestartBetweenTwoCallsIsNotNoticed(mode: PostgresServer.StopMode) async throws {
    let server = try await Self.server()
    try await PostgresPool.opened(.test(server)) { pool in
      try await pool.with { try $0.script("CREATE TABLE kept (n bigint); INSERT INTO kept VALUES (7)") }
      try await server.restart(mode)
      #expect(try await pool.integer("SELECT n FROM kept") == 7)
    }
  }

  @Test func callsFailWhileItIsAwayAndWorkWhenItIsBack() async throws {
    let server = try await Self.server()
    let time = ManualTime()
    try await PostgresPool.opened(.test(server), time: time) { pool in
      await server.stop(.fast)
      for _ in 0..<3 {
        let failure = await pool.failure { try $0.run("SELECT 1") }
        #expect(failure?.code == .unavailable && failure?.isTransient == true)
        #expect(failure?.message.contains("refused") == true)
        time.advance(by: .milliseconds(10))
      }
      try await server.start()
      time.advance(by: ReconnectPause.quickPauseMax)
      let one = try await pool.integer("SELECT 1")
      #expect(one == 1)
    }
  }

  @Test func aTransactionThatWasNotCommittedIsDoneAgain() async throws {
    let server = try await PostgresServer.shared()
    try await PostgresPool.opened(.test(server, database: server.makeDatabase())) { pool in
      try await pool.with { try $0.script("CREATE TABLE counted (n bigint)") }
      let calls = Atomic(0)
      try await pool.with { session in
        try session.transaction { session in
          try session.run("INSERT INTO counted VALUES (1)")
          if calls.add(1, ordering: .relaxed).newValue == 1 { try session.run("SELECT pg_terminate_backend(pg_backend_pid())") }
        }
      }
      #expect(calls.load(ordering: .relaxed) == 2)
      #expect(try await pool.integer("SELECT count(*) FROM counted") == 1)
    }
  }

  @Test func whatMayHaveHappenedIsNotDoneAgain() async throws {
    try await PostgresPool.opened(.test(.shared())) { pool in
      let calls = Atomic(0)
      let failure = await pool.failure { session in
        calls.add(1, ordering: .relaxed)
        try session.run("SELECT pg_terminate_backend(pg_backend_pid())")
      }
      #expect(failure?.code == .unavailable && failure?.isTransient == true)
      #expect(failure?.message.contains("57P01") == true && failure?.message.contains("it may have happened") == true)
      #expect(calls.load(ordering: .relaxed) == 1)
      // So is what follows upon a commit.
      let second = await pool.failure { session in
        calls.add(1, ordering: .relaxed)
        try session.transaction { try $0.run("SELECT 1") }
        try session.transaction { try $0.run("SELECT pg_terminate_backend(pg_backend_pid())") }
      }
      #expect(second?.message.contains("it may have happened") == false)
      #expect(calls.load(ordering: .relaxed) == 2)
      let one = try await pool.integer("SELECT 1")
      #expect(one == 1)
    }
  }

  @Test func aStatementOutlivesAChangeOfItsTable() async throws {
    let server = try await PostgresServer.shared()
    let database = try await server.makeDatabase()
    try await PostgresPool.opened(.test(server, database: database) { $0.connectionsMax = 1 }) { pool in
      try await pool.with { try $0.script("CREATE TABLE changed (n bigint)") }
      #expect(try await pool.with { try $0.run("SELECT * FROM changed").count } == 0)
      try await server.query("ALTER TABLE changed ADD COLUMN t text; INSERT INTO changed VALUES (1, 'a')", in: database)
      #expect(try await pool.with { try $0.run("SELECT * FROM changed").text(0, 1) } == "a")
    }
  }

  @Test func aServerThatIsRemovedLeavesNothing() async throws {
    let server = try await Self.server()
    try #require(access(server.directory, F_OK) == 0)
    await server.remove()
    #expect(access(server.directory, F_OK) != 0)
    #expect(await PostgresPool.openingFailure(.test(server))?.message.contains("refused") == true)
  }
}
