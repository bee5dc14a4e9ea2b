import CheckoutSession
import Ledger
import Testing

@testable import CheckoutWorker

@Suite("ledger migrate", .timeLimit(.minutes(1)))
struct LedgerMigratingTests {
  private func migrating(_ fixture: CommandFixture, isDryRun: Bool = false, json: Bool = false, _ settings: [String] = []) throws
    -> LedgerMigrating
  {
    LedgerMigrating(
      assembly: try fixture.assembly(settings), isDryRun: isDryRun, json: json, output: fixture.output, logger: fixture.logger)
  }

  @Test("a dry run names the missing steps, and makes no ledger")
  func dryRun() async throws {
    let fixture = try CommandFixture(topics: [])
    #expect(try await migrating(fixture, isDryRun: true).run() == .done)
    #expect(fixture.written.hasPrefix("ledger \(fixture.ledgerPath)\n  1  pending  requests and decisions\n"))
    #expect(fixture.written.contains("pending: `checkout-worker ledger migrate` takes them"))
    #expect(LedgerPresence(path: fixture.ledgerPath) == .absent)
  }

  @Test("missing steps are taken once, and a worker finds the ledger ready")
  func migrates() async throws {
    let fixture = try CommandFixture(topics: [])
    #expect(try await migrating(fixture, json: true).run() == .done)
    let root = try JSONDocument.parse(Array(fixture.written.utf8)[...]).root
    #expect(root["ledger"]?.string == fixture.ledgerPath && root["pending"]?.int == 0 && (root["taken"]?.int ?? 0) > 1)
    #expect(LedgerPresence(path: fixture.ledgerPath) == .present)
    #expect(try await migrating(fixture).run() == .done)
    #expect(fixture.written.hasSuffix("\nup to date"))
  }

  @Test("text for people")
  func text() {
    var report = LedgerMigrateReport(
      location: "postgres://db/checkout",
      steps: [
        LedgerMigration(number: 1, name: "a", isApplied: true, appliedAt: Timestamp(millisecondsSinceEpoch: 0)),
        LedgerMigration(number: 2, name: "b", isApplied: false),
      ], isDryRun: true)
    #expect(report.text.hasPrefix("ledger postgres://db/checkout\n  1  applied 1970-01-01T00:00:00"))
    #expect(report.text.contains("\n  2  pending  b\n1 step pending: `checkout-worker ledger migrate` takes it,"))
    report.steps[1].isApplied = true
    report.taken = [2]
    #expect(report.text.hasSuffix("\n  2  applied  b\nup to date: took 1 step"))
  }

  @Test("a ledger in memory has nothing to migrate: wrong usage")
  func memory() async throws {
    let fixture = try CommandFixture(topics: [])
    #expect(try await migrating(fixture, ["ledger.url=memory:"]).run() == .wrongUsage)
    #expect(fixture.errors.contains("nothing to migrate"))
  }
}
