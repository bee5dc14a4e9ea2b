import CheckoutSession
import Glibc
import PostgresTestKit
import Testing

@testable import Ledger

/// What a real server refuses, or takes too long for, comes out as the right failure, in time, and without anything secret in it.
@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"), .timeLimit(.minutes(2)))
struct PostgresClientFailureTests {
  @Test func aStatementThatTakesTooLongIsEnded() async throws {
    let configuration = try await PostgreSQLLedgerConfiguration.test(.shared()) { $0.statementTimeout = .milliseconds(500) }
    try await PostgresPool.opened(configuration) { pool in
      let failure = await pool.failure { try $0.run("SELECT pg_sleep(60)") }
      #expect(failure?.code == .busy && failure?.isTransient == true)
      let one = try await pool.integer("SELECT 1")
      #expect(one == 1)
    }
  }

  @Test func aMigrationMayTakeLonger() async throws {
    let configuration = try await PostgreSQLLedgerConfiguration.test(.shared()) { $0.statementTimeout = .seconds(2) }
    try await PostgresPool.opened(configuration) { pool in
      try await pool.with { session in
        try session.withStatementTimeout(.seconds(30)) { _ = try $0.run("SELECT pg_sleep(2.2)") }
      }
      #expect(await pool.failure { try $0.run("SELECT pg_sleep(60)") }?.code == .busy)
    }
  }

  @Test func aLongOperationThatFailsLeavesItsTimeOutsToNobody() async throws {
    let configuration = try await PostgreSQLLedgerConfiguration.test(.shared()) {
      $0.statementTimeout = .milliseconds(700)
      $0.connectionsMax = 1
    }
    try await PostgresPool.opened(configuration) { pool in
      let failure = await pool.failure { session in try session.withStatementTimeout(.seconds(3600)) { try $0.script("VACUUM nothing") } }
      #expect(failure != nil)
      let timeouts = try await pool.with { session in
        try ["statement_timeout", "lock_timeout"].map { try session.run("SELECT current_setting($1)", [.text($0)]).text(0, 0) }
      }
      #expect(timeouts == ["700ms", "350ms"])
    }
  }

  @Test func aLockThatSomebodyHoldsIsGivenUp() async throws {
    let server = try await PostgresServer.shared()
    let database = try await server.makeDatabase()
    try await PostgresPool.opened(.test(server, database: database) { $0.statementTimeout = .seconds(10) }) { pool in
      try await pool.with { try $0.script("CREATE TABLE locked (n bigint)") }
      let failure = await pool.failure { session in
        try session.transaction { session in
          try session.script("LOCK TABLE locked")
          // Another connection of the same test, in psql's place.
          let other = PostgresConnector(
            .test(server, database: database) { $0.statementTimeout = .milliseconds(500) }, monotonic: MonotonicTime.now, logger: .silent)
          try other.connect().run("SELECT * FROM locked")
        }
      }
      #expect(failure?.code == .busy && failure?.isTransient == true)
      #expect(failure?.message.contains("55P03") == true)
    }
  }

  @Test func aServerThatIsStoppedDoesNotHoldACall() async throws {
    let server = try await PostgresServer()
    try await server.start()
    defer { server.signal(SIGCONT) }
    try await PostgresPool.opened(.test(server) { $0.statementTimeout = .milliseconds(500) }) { pool in
      try await pool.with { try $0.script("CREATE TABLE doubted (n bigint)") }
      let failure = await pool.failure { session in
        try session.transaction { session in
          try session.run("INSERT INTO doubted VALUES (1)")
          server.signal(SIGSTOP)
        }
      }
      #expect(failure?.code == .unavailable && failure?.isTransient == true)
      #expect(failure?.message.contains("it may have happened nevertheless") == true)
      server.signal(SIGCONT)
      // It goes on with whatever comes first, the COMMIT or its own time-out; either way it answers again.
      let count = try await pool.integer("SELECT count(*) FROM doubted")
      #expect(count <= 1)
    }
  }

  @Test func aPortThatNeverAnswersIsGivenUp() async throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    // The kernel takes the connection; nobody reads what comes.
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && listen(descriptor, 8) == 0 && getsockname(descriptor, $0, &size) == 0
      }
    }
    try #require(isListening)
    let configuration = PostgreSQLLedgerConfiguration(
      host: "127.0.0.1", port: Int(UInt16(bigEndian: address.sin_port)), database: "d", user: "u", tlsMode: .disable,
      connectTimeout: .milliseconds(100))
    let failure = await PostgresPool.openingFailure(configuration)
    #expect(failure?.code == .unavailable && failure?.isTransient == true)
    #expect(failure?.message == "ledger \(configuration.name): no connection within 100 ms")
  }

  @Test func aWrongPasswordIsRefusedForGoodAndNotTold() async throws {
    let server = try await PostgresServer.shared()
    let role = "role_\(UInt32.random(in: 0 ... .max))"
    try await server.makeRole(role, password: "right-password")
    let right = PostgreSQLLedgerConfiguration.test(server, user: role) { $0.password = { () throws(LedgerFailure) in "right-password" } }
    #expect(await PostgresPool.openingFailure(right) == nil)
    let wrong = PostgreSQLLedgerConfiguration.test(server, user: role) { $0.password = { () throws(LedgerFailure) in "wrong-password" } }
    let failure = await PostgresPool.openingFailure(wrong)
    #expect(failure?.code == .unavailable && failure?.isTransient == false)
    #expect(failure?.message.contains("28P01") == true && failure?.message.contains("wrong-password") == false)
    let missing = await PostgresPool.openingFailure(.test(server, user: role))
    #expect(missing?.code == .unavailable && missing?.isTransient == false)
  }

  @Test func aPasswordThatCannotBeReadFailsTheCall() async throws {
    let reason = LedgerFailure(code: .unavailable, message: "no file", isTransient: true)
    let configuration = try await PostgreSQLLedgerConfiguration.test(.shared()) {
      $0.password = { () throws(LedgerFailure) in throw reason }
    }
    #expect(await PostgresPool.openingFailure(configuration)?.message == "ledger \(configuration.name): no file")
  }

  @Test func aDatabaseThatIsNotThereIsRefusedForGood() async throws {
    let configuration = try await PostgreSQLLedgerConfiguration.test(.shared(), database: "nowhere")
    let failure = await PostgresPool.openingFailure(configuration)
    #expect(failure?.code == .unavailable && failure?.isTransient == false)
    #expect(failure?.message == "ledger \(configuration.name): database \"nowhere\" does not exist (SQLSTATE 3D000)")
  }

  @Test func tooManyConnectionsAreBusy() async throws {
    let server = try await PostgresServer.shared()
    let role = "role_\(UInt32.random(in: 0 ... .max))"
    try await server.makeRole(role, password: "p")
    try await server.query("ALTER ROLE \(role) CONNECTION LIMIT 1")
    let configuration = PostgreSQLLedgerConfiguration.test(server, user: role) { $0.password = { () throws(LedgerFailure) in "p" } }
    try await PostgresPool.opened(configuration) { _ in
      let failure = await PostgresPool.openingFailure(configuration)
      #expect(failure?.code == .busy && failure?.isTransient == true)
    }
  }

  @Test func whoMayNotWriteIsTold() async throws {
    let server = try await PostgresServer.shared()
    let role = "role_\(UInt32.random(in: 0 ... .max))"
    try await server.makeRole(role, password: "p")
    try await PostgresPool.opened(.test(server, user: role) { $0.password = { () throws(LedgerFailure) in "p" } }) { pool in
      let failure = await pool.failure { try $0.script("CREATE ROLE forbidden") }
      #expect(failure?.code == .notWritable && failure?.isTransient == false)
    }
    try await PostgresPool.opened(.test(server) { $0.access = .readOnly }) { pool in
      #expect(await pool.failure { try $0.script("CREATE TABLE forbidden (n bigint)") }?.code == .notWritable)
    }
  }

  @Test func valuesAreNeverInMessages() async throws {
    let server = try await PostgresServer.shared()
    try await PostgresPool.opened(.test(server, database: server.makeDatabase())) { pool in
      try await pool.with {
        try $0.script("CREATE TABLE kept (t text CONSTRAINT once UNIQUE CONSTRAINT short CHECK (length(t) < 20), n bigint NOT NULL)")
        try $0.run("INSERT INTO kept VALUES ($1, 1)", [.text("hidden")])
      }
      let cases: [(sql: String, parameters: [PostgresParameter], told: String)] = [
        ("INSERT INTO kept VALUES ($1, 1)", [.text("hidden")], "\"once\""),
        ("INSERT INTO kept VALUES ($1, 1)", [.text("hidden, and too long to be kept")], "\"short\""),
        ("INSERT INTO kept VALUES ($1, NULL)", [.text("hidden too")], "\"n\""),
        ("SELECT $1::bigint", [.text("hidden")], "22P02"),
        ("SELECT $1::timestamptz", [.text("hidden")], "22007"),
        ("SELECT $1", [.text("hidden\0")], "22021"),
        ("SELECT ($1)::smallint, $2", [.integer(424_242), .text("hidden")], "22003"),
      ]
      for (sql, parameters, told) in cases {
        let failure = try #require(await pool.failure { try $0.run(sql, parameters) })
        #expect(failure.code == .unexpected && failure.message.contains(told), "\(sql)")
        #expect(!failure.message.contains("hidden") && !failure.message.contains("424242"), "\(failure.message)")
      }
    }
  }
}
