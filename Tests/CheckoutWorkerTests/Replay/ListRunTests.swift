import CheckoutSession
import Records
import Replay
import Synchronization
import Testing

@testable import CheckoutWorker

@Suite("replay list, with a mock cluster and a SQLite ledger", .timeLimit(.minutes(1)))
struct ListRunTests {
  @Test("groups of six causes, which are replayed, and what to do next")
  func groups() async throws {
    let fixture = try ListFixture()
    try await fixture.publish(0..<60)
    try await fixture.ledger(sent: [0, 6, 12], claimed: [18])
    let (exit, lines) = try await fixture.list(groupBy: ["class,code", "merchant", "mode"])
    #expect(exit == .done, "\(fixture.commands.errors)")
    #expect(lines.count == 7)
    let groups = lines.dropLast()
    #expect(Set(groups.compactMap { $0["code"]?.string }) == Set(ListFixture.causes.map(\.code)))
    #expect(groups.allSatisfy { $0["count"]?.int == 10 })
    let gateway = try #require(groups.first { $0["code"]?.string == "GATEWAY_ERROR" })
    #expect(gateway["replayed"]?.int == 3, "what is claimed and not sent is not replayed")
    #expect(gateway["class"]?.string == "transient" && gateway["mode"]?.string == "PAYMENT")
    #expect(gateway["canSucceed"]?["yes"]?.int == 10)
    #expect(gateway["example"]?["requestId"]?.string?.hasPrefix("r-") == true)
    #expect(gateway["example"]?["httpStatus"]?.int == 503)
    #expect(gateway["hour"] == nil)
    let conflict = try #require(groups.first { $0["code"]?.string == "IDEMPOTENCY_CONFLICT" })
    #expect(conflict["mode"]?.isNull == true && conflict["canSucceed"]?["no"]?.int == 10)
    let report = try #require(lines.last)
    #expect(report["type"]?.string == "report" && report["deadLetters"]?.int == 60 && report["replayed"]?.int == 3)
    #expect(report["open"]?["yes"]?.int == 17 && report["open"]?["after-configuration"]?.int == 10)
    #expect(report["ledger"]?["read"]?.bool == true)
  }

  @Test("for people: rows, examples, totals, the next command")
  func text() async throws {
    let fixture = try ListFixture()
    try await fixture.publish(0..<60)
    try await fixture.ledger(sent: [0])
    _ = try await fixture.list(groupBy: ["code"], json: false)
    let text = fixture.commands.written
    #expect(text.contains("60 dead letters of checkout.session-requests.dlq, in 6 groups"))
    #expect(text.contains("count  replayed  code"))
    #expect(text.contains("10         1  GATEWAY_ERROR         yes\n"))
    #expect(text.contains("request r-54 (HTTP 503): what went wrong with GATEWAY_ERROR"))
    #expect(
      text.contains(
        "1 is replayed already, 59 not. Of those that are not, can they succeed: yes 19, after a change of configuration 10, if edited 20, no 10."
      ))
    #expect(text.hasSuffix("Next: checkout-worker replay plan --class transient -o plan.jsonl"))
  }

  @Test("the next command has the global options and the filters of this one")
  func nextCommand() async throws {
    let fixture = try ListFixture()
    try await fixture.publish(0..<6)
    var sources = ConfigurationSources()
    (sources.files, sources.kafkaProperties) = (["my worker.yaml"], ["security.protocol=ssl"])
    _ = try await fixture.list(groupBy: ["code"], json: false, echo: CommandEcho(sources)) {
      $0.codes = ["GATEWAY_ERROR"]
      $0.requestIDs = ["it's", "r-0"]
    }
    #expect(
      fixture.commands.written.hasSuffix(
        #"Next: checkout-worker replay plan --config 'my worker.yaml' -X security.protocol=ssl --code GATEWAY_ERROR "#
          + #"--request-id 'it'\''s,r-0' -o plan.jsonl"#),
      "\(fixture.commands.written)")
  }

  @Test("who was replayed too often already cannot succeed without --force")
  func overTheLimit() async throws {
    let fixture = try ListFixture()
    try await fixture.publish(0..<6) { records in ListFixture.add(6, to: &records, replayCount: 3) }
    try await fixture.ledger(sent: [0])
    let (_, lines) = try await fixture.list(groupBy: ["class"])
    #expect(lines.last?["open"]?["yes"]?.int == 1 && lines.last?["open"]?["over-limit"]?.int == 1)
    _ = try await fixture.list(groupBy: ["class"], json: false)
    let text = fixture.commands.written
    #expect(text.contains("  yes (2), over the limit of 3 replays: need --force (1)\n"), "\(text)")
    #expect(
      text.contains(
        "if edited 2, no 1. 1 is over the limit of 3 replays (replay.maxAttempts): needs --force. "), "\(text)")
    _ = try await fixture.list(["replay.maxAttempts=4"], groupBy: ["class"])
    #expect(!fixture.commands.words.withLock { $0.output.last ?? "" }.contains(#""over-limit":1"#))
  }

  @Test("dead letters that do not say their mode are of the mode unknown")
  func unknownMode() async throws {
    let fixture = try ListFixture()
    try await fixture.publish(0..<12)
    _ = try await fixture.list(groupBy: ["mode"], json: false)
    #expect(fixture.commands.written.contains("    2         -  unknown  no\n"), "\(fixture.commands.written)")
    _ = try await fixture.list(groupBy: ["mode"], json: false) { $0.modes = ["unknown"] }
    #expect(fixture.commands.written.contains("2 dead letters of checkout.session-requests.dlq meant by --mode unknown, in 1 group"))
  }

  @Test("what has no row is counted, and how to see it is said")
  func leftOut() throws {
    var parser = DeadLetterParser()
    var summary = DeadLetterSummary(by: [.code], attemptsMax: 3, groupsMax: 250)
    for number in 0..<300 {
      var headers: [UInt8] = []
      PackedHeaders.append(name: "checkout-error-code".utf8, value: "CODE_\(number)".utf8, to: &headers)
      let record = StoredRecord(
        topic: "q", partition: 0, offset: Int64(number), timestampMilliseconds: 0, key: nil, value: nil,
        headers: PackedHeaders(headers[...]))
      summary.add([parser.parse(record)], areReplayed: nil)
    }
    let report = ReplayListReport(
      at: Timestamp(millisecondsSinceEpoch: 0), topic: "q", filters: DeadLetterFilterArguments(), summary: summary, ledgerReason: "none",
      recordsRead: 300, elapsed: .zero)
    #expect(
      report.text.contains(
        "\n  not shown: 50 groups with 50 dead letters. Group by less (--group-by class,code), filter, or print all with --json\n"))
    #expect(report.text.contains("\n  (others): 50 dead letters beyond the first 250 groups. Group by less"))
  }

  @Test(
    "the filters",
    arguments: [
      (["code": "gateway_error,REQUEST_TIMEOUT"], 20), (["class": "permanent"], 30), (["class": "permanent", "mode": "unknown"], 10),
      (["merchant": "somebody"], 10), (["requestID": "r-7,r-8"], 2), (["partition": "1"], 30), (["partition": "0", "offset": "5"], 1),
      (["partition": "0", "offset": "5-7,20-29"], 13), (["partition": "0", "offset": "1000"], 0), (["since": "1h"], 60),
      (["until": "1h"], 0),
    ] as [([String: String], Int)])
  func filters(texts: [String: String], count: Int) async throws {
    let fixture = try ListFixture()
    try await fixture.publish(0..<60)
    let (exit, lines) = try await fixture.list { filters in
      func list(_ name: String) -> [String] { texts[name].map { [$0] } ?? [] }
      (filters.codes, filters.classes, filters.merchants) = (list("code"), list("class"), list("merchant"))
      (filters.modes, filters.requestIDs) = (list("mode"), list("requestID"))
      (filters.partitions, filters.offsets) = (list("partition"), list("offset"))
      (filters.since, filters.until) = (texts["since"], texts["until"])
    }
    #expect(exit == .done, "\(fixture.commands.errors)")
    #expect(lines.last?["deadLetters"]?.int == Int64(count))
    if texts["offset"] == "5" { #expect(lines.last?["recordsRead"]?.int == 1, "no more than needed is read") }
  }

  @Test("rubbish counts as UNREADABLE and cannot move the cursor of a terminal")
  func rubbish() async throws {
    let fixture = try ListFixture()
    try await fixture.publish(0..<6) { records in
      func name(_ headers: inout [UInt8]) { PackedHeaders.append(name: "ce_id".utf8, value: "evil\u{1B}[2J\u{202E}".utf8, to: &headers) }
      records.append(topic: ListFixture.topic, partition: 0, key: nil, value: { $0 += "who knows".utf8 }, headers: name)
      records.append(topic: ListFixture.topic, partition: 1, key: nil, value: nil, headers: name)
    }
    let (exit, lines) = try await fixture.list(groupBy: ["code"])
    #expect(exit == .done)
    #expect(lines.first?["code"]?.string == "UNREADABLE" && lines.first?["count"]?.int == 2)
    #expect(lines.last?["deadLetters"]?.int == 8)
    _ = try await fixture.list(groupBy: ["code"], json: false)
    #expect(fixture.commands.written.contains("request evil\u{FFFD}[2J\u{FFFD}"))
    let rows = fixture.commands.words.withLock { $0.output.last ?? "" }
    #expect(!rows.contains("\u{1B}") && !rows.contains("\u{202E}"))
  }

  @Test("without a ledger: a dash, and why", arguments: ["memory:", "none"])
  func withoutLedger(kind: String) async throws {
    let fixture = try ListFixture()
    try await fixture.publish(0..<6)
    let settings = kind == "memory:" ? ["ledger.url=memory:"] : []
    let (exit, lines) = try await fixture.list(settings)
    #expect(exit == .done)
    #expect(lines.first?["replayed"]?.isNull == true && lines.last?["replayed"]?.isNull == true)
    #expect(lines.last?["ledger"]?["read"]?.bool == false)
    _ = try await fixture.list(settings, json: false)
    #expect(fixture.commands.written.contains("Which are replayed already is not known: "))
  }

  @Test("an empty topic, and filters that mean nothing: 0, and it says so")
  func nothing() async throws {
    let fixture = try ListFixture()
    let (empty, _) = try await fixture.list(json: false)
    #expect(empty == .done && fixture.commands.written.contains("There is no dead letter in checkout.session-requests.dlq."))
    try await fixture.publish(0..<6)
    let (none, _) = try await fixture.list(json: false) { $0.codes = ["NEVER"] }
    #expect(none == .done)
    #expect(
      fixture.commands.written.contains("No dead letter of checkout.session-requests.dlq is meant by --code NEVER; 6 records looked at."))
  }

  @Test("everything is replayed: nothing is left to do")
  func allReplayed() async throws {
    let fixture = try ListFixture()
    try await fixture.publish(0..<6)
    try await fixture.ledger(sent: Array(0..<6))
    _ = try await fixture.list(json: false)
    #expect(fixture.commands.written.contains("6 are replayed already, 0 not."))
    #expect(fixture.commands.written.hasSuffix("Nothing is left to be replayed."))
  }

  @Test("a topic that does not exist is named: 1; a broker that is away: 75")
  func failures() async throws {
    let fixture = try ListFixture()
    fixture.commands.hide(ListFixture.topic)
    let (absent, _) = try await fixture.list()
    #expect(absent == .failed)
    #expect(fixture.commands.errors.contains(ListFixture.topic))
    let (away, _) = try await fixture.list(["kafka.bootstrapServers=127.0.0.1:1"])
    #expect(away == .tryAgainLater, "\(fixture.commands.errors)")
    for part in ["Connection refused", "those of kafka.bootstrapServers (127.0.0.1:1): `checkout-worker check` says which"] {
      #expect(fixture.commands.errors.contains(part), "\(fixture.commands.errors)")
    }
  }
}
