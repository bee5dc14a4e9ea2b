import CheckoutSession
import Dispatch
import PostgresTestKit
import Synchronization
import Testing

@testable import Ledger

/// The pool over a real server: its bounds, its transactions, its end.
@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"), .timeLimit(.minutes(2)))
struct PostgresClientPoolTests {
  /// A call that holds a connection until it is let go.
  private final class Holder: Sendable {
    private let gate = DispatchSemaphore(value: 0)
    private let begun: AsyncStream<Void>
    private let task: Task<Void, any Error>

    init(_ pool: PostgresPool) {
      let (begun, begin) = AsyncStream.makeStream(of: Void.self)
      self.begun = begun
      let gate = gate
      task = Task {
        try await pool.with { _ in
          begin.finish()
          gate.wait()
        }
      }
    }

    /// Returns when the call has its connection.
    func hasBegun() async { for await _ in begun {} }

    /// Lets the connection go, and returns when it is back.
    func letGo() async throws {
      gate.signal()
      try await task.value
    }
  }

  private func withPool<Value>(
    time: ManualTime? = nil, _ change: (inout PostgreSQLLedgerConfiguration) -> Void = { _ in },
    _ body: (PostgresPool) async throws -> Value
  ) async throws -> Value {
    let server = try await PostgresServer.shared()
    return try await PostgresPool.opened(.test(server, database: server.makeDatabase(), change), time: time, body)
  }

  /// Returns when so many calls wait.
  private func queued(_ pool: PostgresPool, _ count: Int) async throws {
    while pool.queuedCount < count {
      try Task.checkCancellation()
      await Task.yield()
    }
  }

  @Test func callsBeyondTheBoundAreRefusedAtOnce() async throws {
    try await withPool {
      $0.connectionsMax = 1; $0.queuedCallsMax = 1
    } _: { pool in
      let holder = Holder(pool)
      await holder.hasBegun()
      let second = Task { try await pool.integer("SELECT 2") }
      try await queued(pool, 1)
      let third = await pool.failure { _ in }
      #expect(third?.code == .busy && third?.isTransient == true)
      try await holder.letGo()
      #expect(try await second.value == 2)
    }
  }

  @Test func aCallDoesNotWaitForAConnectionForEver() async throws {
    let time = ManualTime()
    try await withPool(time: time) {
      $0.connectionsMax = 1
    } _: { pool in
      let holder = Holder(pool)
      await holder.hasBegun()
      let second = Task { await pool.failure { _ in } }
      try await queued(pool, 1)
      time.advance(by: .seconds(11))
      try await holder.letGo()
      #expect(await second.value?.code == .busy)
    }
  }

  @Test func aCancelledReadEndsAndAWriteGoesOn() async throws {
    try await withPool {
      $0.connectionsMax = 1
    } _: { pool in
      let holder = Holder(pool)
      await holder.hasBegun()
      let read = Task { try await pool.with(isCancellable: true) { _ in } }
      let write = Task { try await pool.with { try $0.script("CREATE TABLE written (n bigint)") } }
      try await queued(pool, 2)
      read.cancel()
      write.cancel()
      let failure = await #expect(throws: LedgerFailure.self) { try await read.value }
      #expect(failure?.code == .cancelled)
      try await holder.letGo()
      try await write.value
      #expect(try await pool.integer("SELECT count(*) FROM written") == 0)
    }
  }

  @Test func aTaskThatIsCancelledAlreadyReadsNothing() async throws {
    try await withPool { pool in
      let calls = Atomic(0)
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        try await pool.with(isCancellable: true) { _ in _ = calls.add(1, ordering: .relaxed) }
      }
      let failure = await #expect(throws: LedgerFailure.self) { try await task.value }
      #expect(failure?.code == .cancelled && calls.load(ordering: .relaxed) == 0)
    }
  }

  @Test func connectionsAreMadeWhenNeededAndClosedWhenNot() async throws {
    let time = ManualTime()
    try await withPool(time: time) {
      $0.connectionsMax = 3
    } _: { pool in
      let count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
      #expect(try await pool.integer(count) == 1)
      let holders = (0..<2).map { _ in Holder(pool) }
      for holder in holders { await holder.hasBegun() }
      // The holders' connections are new: `with` has connected before it calls its body.
      #expect(try await pool.integer(count) == 3)
      for holder in holders { try await holder.letGo() }
      time.advance(by: PostgresPool.idleMax)
      while try await pool.integer(count) > 1 { try Task.checkCancellation() }
    }
  }

  @Test func manyCallsShareFewConnections() async throws {
    try await withPool {
      $0.connectionsMax = 3; $0.queuedCallsMax = 200
    } _: { pool in
      try await pool.with { try $0.script("CREATE TABLE tally (n bigint); INSERT INTO tally VALUES (0)") }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<100 {
          group.addTask { try await pool.with { session in try session.transaction { _ = try $0.run("UPDATE tally SET n = n + 1") } } }
        }
        try await group.waitForAll()
      }
      #expect(try await pool.integer("SELECT n FROM tally") == 100)
      #expect(try await pool.integer("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()") <= 3)
    }
  }

  @Test func transactionsHappenWholeOrNotAtAll() async throws {
    struct Refusal: Error {}
    try await withPool { pool in
      try await pool.with { try $0.script("CREATE TABLE whole (n bigint)") }
      let thrown = await pool.failure { session in
        try session.transaction { session in
          try session.run("INSERT INTO whole VALUES (1)")
          throw Refusal()
        }
      }
      #expect(thrown?.code == .unexpected)
      let swallowed = await pool.failure { session in
        try session.transaction { session in
          try session.run("INSERT INTO whole VALUES (2)")
          _ = try? session.run("SELECT 1 / 0")
        }
      }
      #expect(swallowed?.message.contains("rolled back") == true)
      let nested = await pool.failure { session in try session.transaction { try $0.transaction { try $0.run("SELECT 1") } } }
      #expect(nested?.message.contains("within a transaction") == true)
      for isDurable in [true, false] {
        try await pool.with { session in
          try session.transaction(isDurable: isDurable) { session in
            try session.run("INSERT INTO whole VALUES (3)")
            let level = try session.run("SELECT current_setting('synchronous_commit')").text(0, 0)
            #expect(level == (isDurable ? "on" : "off"))
          }
        }
      }
      #expect(try await pool.with { try $0.run("SELECT n FROM whole").count } == 2)
    }
  }

  @Test func aTransactionThatIsLeftOpenIsNobodysElse() async throws {
    try await withPool {
      $0.connectionsMax = 1
    } _: { pool in
      try await pool.with {
        try $0.script("CREATE TABLE left_open (n bigint)")
        try $0.script("BEGIN; INSERT INTO left_open VALUES (1)")
      }
      #expect(try await pool.integer("SELECT count(*) FROM left_open") == 0)
    }
  }

  @Test func theSchemaStandsFirstInTheSearchPath() async throws {
    try await withPool {
      $0.schema = "odd \"one\""
    } _: { pool in
      try await pool.with { try $0.script("CREATE SCHEMA \"odd \"\"one\"\"\"; CREATE TABLE placed (n bigint)") }
      #expect(try await pool.with { try $0.run("SELECT schemaname FROM pg_tables WHERE tablename = 'placed'").text(0, 0) } == "odd \"one\"")
    }
  }

  @Test func aClosedPoolRefusesAndDoesWhatWaits() async throws {
    let server = try await PostgresServer.shared()
    let pool = try await PostgresPool.open(.test(server) { $0.connectionsMax = 1 }, logger: .silent)
    let holder = Holder(pool)
    await holder.hasBegun()
    let waiting = Task { try await pool.integer("SELECT 5") }
    try await queued(pool, 1)
    let closing = Task { await pool.close() }
    while !pool.isClosed {
      try Task.checkCancellation()
      await Task.yield()
    }
    #expect(await pool.failure { _ in }?.message.contains("it is closed") == true)
    try await holder.letGo()
    #expect(try await waiting.value == 5)
    await closing.value
    await pool.close()
    #expect(await pool.failure { _ in }?.code == .unavailable)
  }
}
