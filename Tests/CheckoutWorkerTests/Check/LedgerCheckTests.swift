import CheckoutSession
import Ledger
import Testing

@testable import CheckoutWorker

#if canImport(Glibc)
  import Glibc
#endif

@Suite("check of the ledger")
struct LedgerCheckTests {
  private func check(_ fixture: CommandFixture, url: String? = nil) async throws -> CheckResult {
    let settings = url.map { ["ledger.url=\($0)"] } ?? []
    return await LedgerCheck(assembly: try fixture.assembly(settings), logger: fixture.logger).run()
  }

  @Test("a ledger that is there is read")
  func present() async throws {
    let fixture = try CommandFixture(topics: [])
    let ledger = try await fixture.assembly().openLedger(.readWrite, logger: fixture.logger)
    let result = try await check(fixture)
    #expect(result.mark == .ok)
    #expect(result.detail == "knows 0 requests")
    await ledger.close()
  }

  @Test("no folder, no ledger: what to do about it")
  func noFolder() async throws {
    let fixture = try CommandFixture(topics: [])
    let result = try await check(fixture, url: "sqlite:\(fixture.folder)/missing/ledger.sqlite")
    #expect(result.mark == .fail)
    #expect(result.status == .failed)
    #expect(result.advice == ["mkdir -p \(fixture.folder)/missing"])
  }

  @Test("an empty file is fine, and stays empty")
  func empty() async throws {
    let fixture = try CommandFixture(topics: [])
    close(open(fixture.ledgerPath, O_WRONLY | O_CREAT, 0o600))
    #expect(try await check(fixture).mark == .ok)
    #expect(LedgerPresence(path: fixture.ledgerPath) == .empty)
  }

  @Test("a file that is no ledger is not touched, and named")
  func foreign() async throws {
    let fixture = try CommandFixture(topics: [])
    _ = try fixture.input("certainly not a database")
    let result = try await check(fixture, url: "sqlite:\(fixture.folder)/input.jsonl")
    #expect(result.mark == .fail)
    #expect(result.status == .failed)
    #expect(result.detail.contains("input.jsonl"))
  }

  @Test("in memory: a warning")
  func memory() async throws {
    let fixture = try CommandFixture(topics: [])
    #expect(try await check(fixture, url: "memory:").mark == .warn)
  }

  @Test("the folder of a path", arguments: [("a.sqlite", "."), ("/a.sqlite", "/"), ("/x/y/a.sqlite", "/x/y"), ("x/a.sqlite", "x")])
  func folder(_ path: String, _ folder: String) {
    #expect(LedgerPresence.folder(of: path) == folder)
  }
}
