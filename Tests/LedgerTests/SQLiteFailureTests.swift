import CheckoutSession
import Foundation
import GRDB
import Ledger
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// Every way in which the ledger fails, for real.
@Suite("SQLite ledger failures", .timeLimit(.minutes(1)))
struct SQLiteFailureTests {
  /// Lets a transaction stay open between two accesses.
  private static var holdingLocks: Configuration {
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    return configuration
  }

  /// Expects that `body` fails with a code, and that the message names the file.
  private func expect(
    _ code: LedgerFailure.Code, transient: Bool, _ temporary: TemporaryLedger, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
  ) async {
    let failure = await #expect(throws: LedgerFailure.self, sourceLocation: sourceLocation) { try await body() }
    #expect(failure?.code == code, sourceLocation: sourceLocation)
    #expect(failure?.isTransient == transient, sourceLocation: sourceLocation)
    #expect(failure?.message.hasPrefix("ledger \(temporary.path): ") == true, "\(failure?.message ?? "")", sourceLocation: sourceLocation)
  }

  @Test("a file of anything else is refused and left as it is")
  func garbage() async throws {
    try await TemporaryLedger.with { temporary in
      let garbage = Data(String(repeating: "not a database. ", count: 1000).utf8)
      try garbage.write(to: URL(fileURLWithPath: temporary.path))
      await expect(.corrupt, transient: false, temporary) { _ = try await temporary.open() }
      #expect(try Data(contentsOf: URL(fileURLWithPath: temporary.path)) == garbage)
    }
  }

  @Test("somebody else's database is refused and left as it is")
  func foreign() async throws {
    try await TemporaryLedger.with { temporary in
      let other = try DatabaseQueue(path: temporary.path)
      try await other.write { db in try db.execute(sql: "CREATE TABLE account (id INTEGER PRIMARY KEY)") }
      try other.close()
      let before = try Data(contentsOf: URL(fileURLWithPath: temporary.path))
      await expect(.corrupt, transient: false, temporary) { _ = try await temporary.open() }
      await expect(.corrupt, transient: false, temporary) { _ = try await temporary.open(.readOnly) }
      #expect(try Data(contentsOf: URL(fileURLWithPath: temporary.path)) == before)
    }
  }

  @Test("a newer program's ledger is refused")
  func newerSchema() async throws {
    try await TemporaryLedger.with { temporary in
      await (try await temporary.open()).close()
      let newer = try DatabaseQueue(path: temporary.path)
      try await newer.write { db in try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('2099 something new')") }
      try newer.close()
      await expect(.corrupt, transient: false, temporary) { _ = try await temporary.open() }
      await expect(.corrupt, transient: false, temporary) { _ = try await temporary.open(.readOnly) }
    }
  }

  @Test("a damaged ledger says so")
  func damaged() async throws {
    try await TemporaryLedger.with { temporary in
      let ledger = try await temporary.open()
      for number in 0..<100 { try await ledger.settle(Sample.claim("request-\(number)"), Sample.created()) }
      await ledger.close()
      var bytes = try Data(contentsOf: URL(fileURLWithPath: temporary.path))
      for index in 4096..<bytes.count { bytes[index] = 0xFF }
      try bytes.write(to: URL(fileURLWithPath: temporary.path))
      await expect(.corrupt, transient: false, temporary) {
        _ = try await temporary.open().claim([Sample.claim("request-1")], at: Sample.now)
      }
    }
  }

  @Test("no folder, no file, or a folder in its place")
  func missing() async throws {
    try await TemporaryLedger.with { temporary in
      await expect(.unavailable, transient: false, temporary) { _ = try await temporary.open(.readOnly) }
      try FileManager.default.createDirectory(atPath: temporary.path, withIntermediateDirectories: false)
      await expect(.unavailable, transient: false, temporary) { _ = try await temporary.open() }
      try FileManager.default.removeItem(atPath: temporary.path)
      try Data().write(to: URL(fileURLWithPath: temporary.path))
      await expect(.notSetUp, transient: false, temporary) { _ = try await temporary.open(.readOnly) }
      try FileManager.default.removeItem(atPath: temporary.folder)
      await expect(.unavailable, transient: false, temporary) { _ = try await temporary.open() }
      try FileManager.default.createDirectory(atPath: temporary.folder, withIntermediateDirectories: false)
    }
  }

  @Test("no permission to write", .enabled(if: geteuid() != 0, "the superuser may write anything"))
  func permissions() async throws {
    try await TemporaryLedger.with { temporary in
      await (try await temporary.open()).close()
      try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: temporary.path)
      await expect(.notWritable, transient: false, temporary) {
        _ = try await temporary.open().claim([Sample.claim("a")], at: Sample.now)
      }
      try FileManager.default.removeItem(atPath: temporary.path)
      try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: temporary.folder)
      await expect(.notWritable, transient: false, temporary) { _ = try await temporary.open() }
      try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: temporary.folder)
    }
  }

  @Test("another's lock is busy, and the same call works afterwards")
  func busy() async throws {
    try await TemporaryLedger.with { temporary in
      let ledger = try await temporary.open(busyTimeout: .milliseconds(1))
      let other = try DatabaseQueue(path: temporary.path, configuration: Self.holdingLocks)
      try await other.writeWithoutTransaction { db in try db.execute(sql: "BEGIN IMMEDIATE") }
      await expect(.busy, transient: true, temporary) { _ = try await ledger.claim([Sample.claim("a")], at: Sample.now) }
      #expect(try await ledger.statistics(now: Sample.now).identities == 0, "reading waits for no writer")
      try await other.writeWithoutTransaction { db in try db.execute(sql: "ROLLBACK") }
      _ = try await ledger.claimNew(Sample.claim("a"))
      try other.close()
    }
  }

  @Test("a full ledger takes all of a batch or nothing, and is read on")
  func full() async throws {
    try await TemporaryLedger.with { temporary in
      let ledger = try await temporary.open(fileBytesMax: 128 * 1024)
      let key = try await ledger.settle(Sample.claim("a"), Sample.created())
      let batch = try (0..<5000).map { try Sample.claim("request-\($0)") }
      await expect(.full, transient: true, temporary) { _ = try await ledger.claim(batch, at: Sample.now) }
      #expect(try await ledger.statistics(now: Sample.now).identities == 1)
      #expect(try await ledger.claim([Sample.claim("a")], at: Sample.now) == [.decided(key, Sample.created())])
      _ = try await ledger.claimNew(Sample.claim("request-1", merchant: "merchant-2"))
    }
  }

  @Test("a merchant first named in a batch that failed gets its number in the next one")
  func namesAfterRollback() async throws {
    try await TemporaryLedger.with { temporary in
      let ledger = try await temporary.open(fileBytesMax: 128 * 1024)
      let batch = try (0..<5000).map { try Sample.claim("request-\($0)", merchant: "lost") }
      await expect(.full, transient: true, temporary) { _ = try await ledger.claim(batch, at: Sample.now) }
      let other = try await temporary.open()
      let theirs = try await other.claimNew(Sample.claim("request-1", merchant: "other"))
      let mine = try await ledger.claimNew(Sample.claim("request-1", merchant: "lost"))
      #expect(mine.row != theirs.row)
    }
  }

  @Test("one call more than may wait fails at once, and the waiting one is served")
  func queue() async throws {
    try await TemporaryLedger.with { temporary in
      let ledger = try await temporary.open(queuedCallsMax: 1)
      let other = try DatabaseQueue(path: temporary.path, configuration: Self.holdingLocks)
      try await other.writeWithoutTransaction { db in try db.execute(sql: "BEGIN IMMEDIATE") }
      await withTaskGroup(of: Result<Int, any Error>.self) { group in
        for number in 0..<3 {
          group.addTask {
            do { return .success(try await ledger.claim([Sample.claim("request-\(number)")], at: Sample.now).count) } catch {
              return .failure(error)
            }
          }
        }
        for _ in 0..<2 {
          await expect(.busy, transient: true, temporary) { _ = try await group.next()?.get() }
        }
        await #expect(throws: Never.self) {
          try await other.writeWithoutTransaction { db in try db.execute(sql: "ROLLBACK") }
          #expect(try await group.next()?.get() == 1)
        }
      }
      try other.close()
    }
  }

  @Test("closing does not wait for others who are in the file", arguments: ["BEGIN IMMEDIATE", "BEGIN; SELECT * FROM tally"])
  func closeBesideOthers(sql: String) async throws {
    try await TemporaryLedger.with { temporary in
      let ledger = try await temporary.open(busyTimeout: .seconds(20))
      _ = try await ledger.claimNew(Sample.claim("a"))
      let other = try DatabaseQueue(path: temporary.path, configuration: Self.holdingLocks)
      try await other.writeWithoutTransaction { db in
        for statement in sql.split(separator: ";") { _ = try Row.fetchAll(db, sql: String(statement)) }
      }
      _ = try? await ledger.statistics(now: Sample.now)
      let started = ContinuousClock.now
      await ledger.close()
      #expect(ContinuousClock.now - started < .seconds(8))
      try await other.writeWithoutTransaction { db in try db.execute(sql: "ROLLBACK") }
      try other.close()
    }
  }

  @Test("a closed ledger is unavailable")
  func closed() async throws {
    try await TemporaryLedger.with { temporary in
      let ledger = try await temporary.open()
      await ledger.close()
      await ledger.close()
      await expect(.unavailable, transient: false, temporary) { _ = try await ledger.claim([Sample.claim("a")], at: Sample.now) }
      await expect(.unavailable, transient: false, temporary) { _ = try await ledger.statistics(now: Sample.now) }
    }
  }

  @Test("a cancelled task claims nothing, but what it did is still written down")
  func cancelled() async throws {
    try await TemporaryLedger.with { temporary in
      let ledger = try await temporary.open()
      let key = try await ledger.claimNew(Sample.claim("a"))
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        await expect(.cancelled, transient: true, temporary) { _ = try await ledger.claim([Sample.claim("b")], at: Sample.now) }
        #expect(try await ledger.record([(key, Sample.created())]) == [.recorded])
        try await ledger.markPublished([key], at: Sample.now)
      }
      try await task.value
      let statistics = try await ledger.statistics(now: Sample.now)
      #expect(statistics.identities == 1 && statistics.publishedTotal == 1)
    }
  }
}
