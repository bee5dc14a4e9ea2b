import CheckoutSession
import Ledger
import Testing

@testable import CheckoutWorker

@Suite("ledger vacuum", .timeLimit(.minutes(1)))
struct LedgerVacuumingTests {
  private func vacuuming(_ fixture: CommandFixture, json: Bool = false, _ settings: [String] = []) throws -> LedgerVacuuming {
    LedgerVacuuming(assembly: try fixture.assembly(settings), json: json, output: fixture.output, logger: fixture.logger)
  }

  /// A ledger with many requests, all of which but one are forgotten again.
  private func fillAndForget(_ fixture: CommandFixture) async throws {
    let ledger = try await fixture.assembly().openLedger(.readWrite, logger: fixture.logger)
    let at = Timestamp(millisecondsSinceEpoch: 1_800_000_000_000)
    let hash = try #require(BodyHash(bytes: Array(repeating: 1, count: 32)))
    let claims = (0..<5000).map { number in
      RequestClaim(
        identity: RequestIdentity(merchantID: "m", requestID: "request-\(number)"), bodyHash: hash, mode: .payment,
        merchantTransactionID: nil,
        replayCount: 0, source: RecordCoordinate(topic: "t", partition: 0, offset: Int64(number)))
    }
    _ = try await ledger.claim(claims, at: at)
    #expect(try await ledger.prune(decidedBefore: at + .seconds(1), limit: 5000) == 4999)
    await ledger.close()
  }

  @Test("the file is smaller afterwards, and says so")
  func smaller() async throws {
    let fixture = try CommandFixture(topics: [])
    try await fillAndForget(fixture)
    #expect(try await vacuuming(fixture, json: true).run() == .done)
    let root = try JSONDocument.parse(Array(fixture.written.utf8)[...]).root
    let (before, after) = (try #require(root["bytesBefore"]?.int), try #require(root["bytesAfter"]?.int))
    #expect(after > 0 && after < before / 2, "\(fixture.written)")
    #expect(root["ledger"]?.string == fixture.ledgerPath)
  }

  @Test("text for people")
  func text() {
    var report = LedgerVacuumReport(
      location: "l.sqlite", result: LedgerVacuum(bytesBefore: 3 << 20, bytesAfter: 1 << 20), took: .milliseconds(1500))
    #expect(report.text == "l.sqlite: gave back 2.0 MiB, 3.0 MiB before, 1.0 MiB now, in 1.5 s")
    report.result?.bytesAfter = 3 << 20
    #expect(report.text.hasPrefix("l.sqlite: nothing to give back, 3.0 MiB before"))
  }

  @Test("asked to end: it is not waited for, and 75")
  func cancelled() async throws {
    let fixture = try CommandFixture(topics: [])
    try await fillAndForget(fixture)
    let vacuuming = try vacuuming(fixture)
    let work = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return await vacuuming.run()
    }
    #expect(await work.value == .tryAgainLater)
    #expect(fixture.errors.contains("changes nothing"))
  }

  @Test("no ledger yet: nothing to do, and none is made")
  func absent() async throws {
    let fixture = try CommandFixture(topics: [])
    #expect(try await vacuuming(fixture).run() == .done)
    #expect(fixture.written == "no ledger yet at \(fixture.ledgerPath): nothing to give back")
    #expect(LedgerPresence(path: fixture.ledgerPath) == .absent)
  }

  @Test("a ledger in memory is nobody else's: wrong usage")
  func memory() async throws {
    let fixture = try CommandFixture(topics: [])
    #expect(try await vacuuming(fixture, ["ledger.url=memory:"]).run() == .wrongUsage)
  }
}
