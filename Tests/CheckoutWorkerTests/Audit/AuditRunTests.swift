import CheckoutSession
import Testing

@testable import CheckoutWorker

@Suite("audit, with a mock cluster and a SQLite ledger", .timeLimit(.minutes(1)))
struct AuditRunTests {
  @Test("a whole history: 0, the two sums, and nothing of a customer or a URL")
  func complete() async throws {
    let fixture = try AuditFixture()
    try await fixture.publish(try fixture.history())
    try await fixture.ledger()
    let (exit, lines) = try await fixture.audit()
    #expect(exit == .done, "\(fixture.commands.written) \(fixture.commands.errors)")
    let report = try #require(lines.last)
    #expect(report["type"]?.string == "report" && report["complete"]?.bool == true && report["exceptions"]?.int == 0)
    let requests = try #require(report["requests"])
    #expect(requests["consumed"]?.int == 3 && requests["replied"]?.int == 2 && requests["deadLettered"]?.int == 1)
    #expect(report["sessions"]?["created"]?.int == 1 && report["sessions"]?["ended"]?.int == 1)
    #expect(report["ledger"]?["read"]?.bool == true && report["ledger"]?["generations"]?.int == 2)
    #expect((report["scratchBytes"]?.int ?? 0) > 0 && report["recordsRead"]?.int == 9)
    _ = try await fixture.audit { $0.json = false }
    #expect(fixture.commands.written.contains("COMPLETE: no exception. 9 records read"))
    for secret in ["secret-url", "Erika", "customer-key"] { #expect(!fixture.commands.written.contains(secret)) }
  }

  @Test("a lost reply: 3, and where the request stands; the ledger says that it was published")
  func lostReply() async throws {
    let fixture = try AuditFixture()
    try await fixture.publish(try fixture.history(withReply: false))
    try await fixture.ledger()
    let (exit, lines) = try await fixture.audit()
    #expect(exit == .deadLettered, "\(fixture.commands.written) \(fixture.commands.errors)")
    #expect(lines.count == 2)
    let exception = try #require(lines.first)
    #expect(exception["code"]?.string == "REPLY_MISSING" && exception["invariant"]?.string == "I1")
    #expect(exception["topic"]?.string == "checkout.session-requests")
    #expect(exception["partition"]?.int == 0 && exception["offset"]?.int == 0 && exception["requestId"]?.string == "paid")
    #expect(lines.last?["invariants"]?["I1"]?.int == 1 && lines.last?["codes"]?["REPLY_MISSING"]?.int == 1)
    _ = try await fixture.audit { $0.json = false }
    #expect(fixture.commands.written.contains("I1  REPLY_MISSING  checkout.session-requests/0/0  request paid of merchant"))
    #expect(fixture.commands.written.contains("NOT COMPLETE: 1 exception."))
  }

  @Test("a reply that is none, in our own topic")
  func unreadable() async throws {
    let fixture = try AuditFixture()
    try await fixture.publish(try fixture.history { $0.add("checkout.session-replies", value: "no reply") })
    try await fixture.ledger()
    let (exit, lines) = try await fixture.audit()
    #expect(exit == .deadLettered)
    #expect(lines.first?["code"]?.string == "UNREADABLE_RECORD" && lines.first?["offset"]?.int == 2, "\(fixture.commands.written)")
  }

  @Test("no ledger: the topics alone, and it says so", arguments: ["memory:", "none", "--no-ledger"])
  func withoutLedger(kind: String) async throws {
    let fixture = try AuditFixture()
    try await fixture.publish(try fixture.history())
    let settings = kind == "memory:" ? ["ledger.url=memory:"] : []
    let (exit, lines) = try await fixture.audit(settings) { $0.withoutLedger = kind == "--no-ledger" }
    #expect(exit == .done, "\(fixture.commands.written) \(fixture.commands.errors)")
    let ledger = try #require(lines.last?["ledger"])
    #expect(ledger["read"]?.bool == false)
    let said = ["memory:": "memory:", "none": "no ledger yet", "--no-ledger": "--no-ledger"]
    #expect(ledger["reason"]?.string?.contains(said[kind] ?? "?") == true)
  }

  @Test("a range of offsets and of time: what lies outside is not judged")
  func ranges() async throws {
    let fixture = try AuditFixture()
    try await fixture.publish(try fixture.history(withReply: false))
    let (offsets, lines) = try await fixture.audit { $0.fromOffsets = "0:1" }
    #expect(offsets == .done && lines.last?["requests"]?["read"]?.int == 2, "\(fixture.commands.written)")
    let (until, some) = try await fixture.audit { $0.until = "1h" }
    #expect(until == .done && some.last?["requests"]?["read"]?.int == 0)
    let (since, all) = try await fixture.audit { $0.since = "1h" }
    #expect(since == .deadLettered && all.last?["requests"]?["read"]?.int == 3)
  }

  @Test("a topic that does not exist is named, and 1")
  func noTopic() async throws {
    let fixture = try AuditFixture()
    fixture.commands.hide("checkout.session-status")
    let (exit, _) = try await fixture.audit()
    #expect(exit == .failed && fixture.commands.errors.contains("checkout.session-status"), "\(fixture.commands.errors)")
  }

  @Test("no broker: 75")
  func noBroker() async throws {
    let fixture = try AuditFixture()
    let (exit, _) = try await fixture.audit(["kafka.bootstrapServers=127.0.0.1:\(freePort())"])
    #expect(exit == .tryAgainLater && fixture.commands.errors.contains("kafka.bootstrapServers"), "\(fixture.commands.errors)")
  }

  @Test("a damaged ledger: 1, and what else to do")
  func badLedger() async throws {
    let fixture = try AuditFixture()
    _ = try fixture.commands.input("certainly not a database, however long one looks at it")
    let (exit, _) = try await fixture.audit(["ledger.url=sqlite:\(fixture.commands.folder)/input.jsonl"])
    #expect(exit == .failed && fixture.commands.errors.contains("--no-ledger"), "\(fixture.commands.errors)")
  }
}
