import CheckoutSession
import GRDB
import Ledger
import Testing

/// That pruned space comes back.
@Suite("Ledger vacuum", .timeLimit(.minutes(1)))
struct VacuumTests {
  private func filled(_ ledger: SQLiteLedger) async throws {
    let old = Sample.now - .seconds(3600)
    let claims = try (0..<3000).map { try Sample.claim("request-\($0)") }
    let keys = try await ledger.claim(claims, at: old).map { outcome -> ClaimKey in
      guard case .new(let key) = outcome else { throw UnexpectedClaim() }
      return key
    }
    let reply = Sample.declined(.failed, at: old)
    _ = try await ledger.record(keys.map { ($0, reply) })
    try await ledger.markPublished(keys, at: old)
    #expect(try await ledger.prune(decidedBefore: Sample.now, limit: 10_000) == 2999)
  }

  @Test("the file gets small again, log and all")
  func shrinks() async throws {
    try await TemporaryLedger.with { temporary in
      let ledger = try await temporary.open()
      try await filled(ledger)
      let result = try await ledger.vacuum()
      #expect(result.bytesBefore > 1_000_000 && result.bytesAfter < 150_000, "\(result)")
      #expect(try await ledger.statistics(now: Sample.now).fileBytes == result.bytesAfter)
    }
  }

  @Test("a worker that has the file open, but does nothing, is no hindrance, and goes on afterwards")
  func besideAnIdleWorker() async throws {
    try await TemporaryLedger.with { temporary in
      let worker = try await temporary.open()
      try await filled(worker)
      let result = try await temporary.open().vacuum()
      #expect(result.bytesAfter < 150_000)
      _ = try await worker.claimNew(Sample.claim("next"))
      #expect(try await worker.statistics(now: Sample.now).identities == 2)
    }
  }

  @Test(
    "another process that writes, or reads for long, is said to be in the way",
    arguments: ["BEGIN IMMEDIATE", "BEGIN; SELECT * FROM tally"])
  func busy(sql: String) async throws {
    try await TemporaryLedger.with { temporary in
      let ledger = try await temporary.open(busyTimeout: .milliseconds(1))
      try await filled(ledger)
      var configuration = Configuration()
      configuration.allowsUnsafeTransactions = true
      let other = try DatabaseQueue(path: temporary.path, configuration: configuration)
      try await other.writeWithoutTransaction { db in
        for statement in sql.split(separator: ";") { _ = try Row.fetchAll(db, sql: String(statement)) }
      }
      let failure = await #expect(throws: LedgerFailure.self) { _ = try await ledger.vacuum() }
      #expect(failure?.code == .busy && failure?.isTransient == true)
      #expect(failure?.message.contains("another process held the file") == true)
      try await other.writeWithoutTransaction { db in try db.execute(sql: "ROLLBACK") }
      #expect(try await ledger.vacuum().bytesAfter < 150_000)
      try other.close()
    }
  }

  @Test("a ledger that is only read is not written anew")
  func readOnly() async throws {
    try await TemporaryLedger.with { temporary in
      await (try await temporary.open()).close()
      let reader = try await temporary.open(.readOnly)
      let failure = await #expect(throws: LedgerFailure.self) { _ = try await reader.vacuum() }
      #expect(failure?.code == .notWritable)
    }
  }
}
