import CheckoutSession
import FoundationEssentials
import Replay
import Testing

@testable import CheckoutWorker

#if canImport(Glibc)
  import Glibc
#endif

@Suite("replay plan, with a mock cluster and a SQLite ledger", .timeLimit(.minutes(1)))
struct ReplayPlanningTests {
  private typealias Fixture = PlanCommandFixture

  private static let causes = [
    Fixture.Failed(id: "again", body: Fixture.body("again")),
    Fixture.Failed(id: "rule", body: Fixture.body("rule", amount: 0), code: "INVALID_REQUEST", errorClass: .permanent),
    Fixture.Failed(id: "refused", body: Fixture.body("refused"), code: "UNPROCESSABLE_ENTITY", errorClass: .permanent, httpStatus: 422),
    Fixture.Failed(id: "open", body: Fixture.body("open")),
    Fixture.Failed(id: "open", body: Fixture.body("open", amount: 5), code: "IDEMPOTENCY_CONFLICT", errorClass: .permanent),
    Fixture.Failed(id: "late", body: Fixture.body("late"), headers: [("ce_expirytime", "2020-01-01T00:00:00Z")]),
    Fixture.Failed(id: "often", body: Fixture.body("often"), replayCount: 3),
    Fixture.Failed(id: "nothing", body: nil, code: "INVALID_REQUEST", errorClass: .permanent),
  ]
  private static let predicted = [
    "WILL_CREATE retry", "STILL_REJECTED skip", "GATEWAY_REJECTS_AGAIN skip", "ALREADY_ANSWERED skip", "CONFLICT skip", "EXPIRED skip",
    "WILL_CREATE skip", "STILL_REJECTED skip",
  ]

  @Test("every cause with its prediction, in a file for its owner alone; the ledger is as it was")
  func plans() async throws {
    let fixture = try Fixture()
    try await fixture.publish(Self.causes)
    try await fixture.ledger(answered: [Self.causes[3]])
    let before = try await fixture.identities()
    #expect(try await fixture.plan() == .done, "\(fixture.commands.errors)")
    let plan = try fixture.text()
    #expect(try await fixture.summary() == Self.predicted, "\(plan)")
    #expect(try await fixture.identities() == before)
    var status = stat()
    #expect(stat(fixture.path(), &status) == 0 && status.st_mode & 0o777 == 0o600)
    for secret in ["Erika", "secret-url"] {
      #expect(!plan.contains(secret))
      #expect(!fixture.commands.written.contains(secret))
    }
    let reader = try await PlanFileReader(path: fixture.path())
    #expect(reader.header.recordsCount == 8 && reader.header.requestsTopic == "checkout.session-requests")
    #expect(reader.header.createdBy == "\(Operator.current())")
  }

  @Test("the summary: predictions by actions, causes with an example, what apply would do")
  func summarises() async throws {
    let fixture = try Fixture()
    try await fixture.publish(Self.causes)
    try await fixture.ledger(answered: [Self.causes[3]])
    #expect(try await fixture.plan() == .done)
    let text = fixture.commands.written
    #expect(text.hasPrefix("plan \(fixture.path()): 8 dead letters of checkout.session-requests.dlq\n"))
    #expect(text.contains("  WILL_CREATE                1     1\n"), "\(text)")
    #expect(text.contains("payment.amount: "), "\(text)")
    #expect(text.contains("Applying it would send 1 request, which should get a session."), "\(text)")
    #expect(text.hasSuffix("  checkout-worker replay apply \(fixture.path())"), "\(text)")
    #expect(try await fixture.plan { $0.json = true } == .done)
    let json = try JSONDocument.parse(Array(fixture.commands.written.utf8)[...]).root
    #expect(json["records"]?.int == 8 && json["toSend"]?.int == 1 && json["toSkip"]?.int == 7)
    #expect(json["counts"]?["STILL_REJECTED"]?["skip"]?.int == 2)
  }

  @Test("the wanted action goes to the dead letters of the filters; an edit is tried out")
  func edits() async throws {
    let fixture = try Fixture()
    try await fixture.publish(Self.causes)
    try await fixture.ledger(answered: [Self.causes[3]])
    #expect(try await fixture.plan() == .done)
    try fixture.write("{\n  \"payment\": { \"amount\": 100 }\n}\n", to: "patch.json")
    let status = try await fixture.plan {
      $0.revise = fixture.path()
      $0.output = fixture.path("edited.jsonl")
      $0.filters.codes = ["INVALID_REQUEST"]
      $0.action = "edit"
      $0.patchFile = fixture.path("patch.json")
    }
    #expect(status == .done, "\(fixture.commands.errors)")
    var expected = Self.predicted
    expected[1] = "WILL_CREATE edit"
    // A tombstone patched is an object, but no request.
    expected[7] = "STILL_REJECTED edit"
    #expect(try await fixture.summary("edited.jsonl") == expected)
    let lines = try await fixture.lines("edited.jsonl")
    #expect(lines[1].patch.map { String(decoding: $0, as: UTF8.self) } == #"{"payment":{"amount":100}}"#)
    #expect(fixture.commands.written.contains("It would refuse 1 edit: still rejected with the patch."), "\(fixture.commands.written)")
  }

  @Test("a revision says how many lines it changed, and of how many")
  func saysWhatItChanged() async throws {
    let fixture = try Fixture()
    try await fixture.publish(Self.causes)
    try await fixture.ledger()
    #expect(try await fixture.plan() == .done)
    func drop(_ code: String) async throws -> CommandStatus {
      try await fixture.plan {
        $0.revise = fixture.path()
        $0.output = fixture.path("edited.jsonl")
        ($0.action, $0.reason, $0.filters.codes) = ("drop", "told them", [code])
      }
    }
    #expect(try await drop("INVALID_REQUEST") == .done)
    #expect(fixture.commands.written.contains("of checkout.session-requests.dlq\nchanged 2 of 8 lines\n\n"), "\(fixture.commands.written)")
    // A slip of the pen.
    #expect(try await drop("INVALID_JSN") == .wrongUsage)
    #expect(
      fixture.commands.errors
        == "\(fixture.path()): changed 0 of 8 lines: none of them is meant by --code INVALID_JSN. No plan was written.")
    #expect(try await fixture.lines("edited.jsonl").count { $0.action == .drop } == 2, "the former one stays")
    #expect(!fixture.exists("edited.jsonl~"))
  }

  @Test("a revision that changes nothing says of how many lines the dead letters cannot be read")
  func saysWhatCannotBeRead() async throws {
    let fixture = try Fixture()
    try await fixture.publish(Array(Self.causes.prefix(2)))
    try await fixture.ledger()
    #expect(try await fixture.plan() == .done)
    try fixture.write(try fixture.text().replacing(#""partition":0,"offset":1,"#, with: #""partition":0,"offset":900,"#), to: "plan.jsonl")
    func skip(_ code: String) async throws -> String {
      let status = try await fixture.plan {
        ($0.revise, $0.output) = (fixture.path(), fixture.path("edited.jsonl"))
        ($0.action, $0.filters.codes) = ("skip", [code])
      }
      #expect(status == .wrongUsage)
      return fixture.commands.errors
    }
    #expect(
      try await skip("INVALID_REQUEST")
        == "\(fixture.path()): changed 0 of 2 lines: the dead letters of 1 line meant by --code INVALID_REQUEST cannot be read any more, "
        + "which leaves drop and skip if retention has removed them. No plan was written.")
    #expect(
      try await skip("INVALID_JSN")
        == "\(fixture.path()): changed 0 of 2 lines: none of them is meant by --code INVALID_JSN; "
        + "the dead letters of 1 line cannot be read any more. No plan was written.")
  }

  @Test("of a plan that was cut it says what is left")
  func cutPlan() async throws {
    let fixture = try Fixture()
    try await fixture.publish(Self.causes)
    try await fixture.ledger()
    #expect(try await fixture.plan() == .done)
    let lines = try fixture.text().split(separator: "\n")
    try fixture.write(lines.prefix(3).joined(separator: "\n"), to: "plan.jsonl")
    let revise: (inout ReplayPlanOptions) -> Void = {
      $0.revise = fixture.path()
      $0.output = fixture.path("edited.jsonl")
    }
    #expect(try await fixture.plan(revise) == .done)
    let expected = "of checkout.session-requests.dlq\nread from \(fixture.path()): 2 of the 8 lines that it was made with\n\n"
    #expect(fixture.commands.written.contains(expected), "\(fixture.commands.written)")
    #expect(
      try await fixture.plan {
        revise(&$0)
        $0.json = true
      } == .done)
    let json = try JSONDocument.parse(Array(fixture.commands.written.utf8)[...]).root
    #expect(json["records"]?.int == 2 && json["madeWith"]?.int == 8 && json["changed"]?.isNull == true)
  }

  @Test("the commands to type next have the global options of this one")
  func nextCommands() async throws {
    let fixture = try Fixture()
    try await fixture.publish([Self.causes[0]])
    try await fixture.ledger()
    var sources = ConfigurationSources()
    (sources.files, sources.overrides) = (["worker.yaml"], ["kafka.bootstrapServers=broker:9092"])
    #expect(try await fixture.plan(echo: CommandEcho(sources)) == .done)
    let options = "--config worker.yaml --set kafka.bootstrapServers=broker:9092"
    let path = fixture.path()
    #expect(
      fixture.commands.written.hasSuffix(
        """
        Read it. If you change actions in it, predict them anew:
          checkout-worker replay plan \(options) --revise \(path) -o \(path)
        Then send what it says:
          checkout-worker replay apply \(options) \(path)
        """), "\(fixture.commands.written)")
  }

  @Test("what was edited by hand is predicted anew, in the place of the plan, which stays")
  func revisesInPlace() async throws {
    let fixture = try Fixture()
    try await fixture.publish(Self.causes)
    try await fixture.ledger()
    #expect(try await fixture.plan { $0.filters.codes = ["UNPROCESSABLE_ENTITY"] } == .deadLettered)
    let edited = try fixture.text().replacing(#""action":"skip","reason""#, with: #""action":"retry","reason""#)
    try fixture.write(edited, to: "plan.jsonl")
    #expect(try await fixture.plan { $0.revise = fixture.path() } == .done, "\(fixture.commands.errors)")
    #expect(try await fixture.summary() == ["GATEWAY_REJECTS_AGAIN retry"])
    #expect(try fixture.text("plan.jsonl~") == edited)
    #expect(fixture.commands.written.contains("(the one before is \(fixture.path("plan.jsonl~")) now)"))
  }

  @Test("--limit counts what would be sent, not what is skipped", arguments: [1, 2, 3, 9])
  func limits(limit: Int) async throws {
    let fixture = try Fixture()
    let bad = Fixture.Failed(id: "bad", body: Fixture.body("bad", amount: 0))
    let good = (0..<3).map { Fixture.Failed(id: "good-\($0)", body: Fixture.body("good-\($0)")) }
    try await fixture.publish([bad, good[0], good[1], bad, good[2]])
    try await fixture.ledger()
    #expect(try await fixture.plan { $0.limit = limit } == .done)
    #expect(try await fixture.lines().count == [1: 2, 2: 3, 3: 5, 9: 5][limit])
    #expect(try await fixture.lines().count { $0.action == .retry } == min(limit, 3))
    // It does not know: it stops reading there.
    let ending = "It ends at --limit \(limit): dead letters behind its last line, if there are any, are left out."
    #expect(fixture.commands.written.contains(ending) == (limit <= 3), "\(fixture.commands.written)")
  }

  @Test("no ledger: 1, and none is made; nor is a plan")
  func withoutLedger() async throws {
    let fixture = try Fixture()
    #expect(try await fixture.plan() == .failed)
    #expect(fixture.commands.errors.contains("There is no ledger at \(fixture.commands.ledgerPath)"))
    #expect(!fixture.exists("ledger.sqlite") && !fixture.exists("plan.jsonl"))
    #expect(try await fixture.plan(settings: ["ledger.url=memory:"]) == .wrongUsage)
  }

  @Test("no dead letters: 3, and no plan")
  func withoutDeadLetters() async throws {
    let fixture = try Fixture()
    try await fixture.ledger()
    #expect(try await fixture.plan() == .deadLettered, "\(fixture.commands.errors)")
    #expect(fixture.commands.written == "There is no dead letter in checkout.session-requests.dlq: no plan was written.")
    #expect(try await fixture.plan { $0.filters.classes = ["transient"] } == .deadLettered)
    #expect(fixture.commands.written.contains("is meant by --class transient"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.commands.folder).allSatisfy { $0.hasPrefix("ledger.sqlite") })
  }

  @Test("a plan that cannot be read: 2, with line and member, and the other file is not made")
  func unreadablePlan() async throws {
    let fixture = try Fixture()
    try await fixture.publish(Self.causes)
    try await fixture.ledger()
    #expect(try await fixture.plan() == .done)
    try fixture.write(try fixture.text().replacing(#""action":"retry""#, with: #""action":"again""#), to: "plan.jsonl")
    let status = try await fixture.plan {
      $0.revise = fixture.path()
      $0.output = fixture.path("edited.jsonl")
    }
    #expect(status == .wrongUsage)
    #expect(
      fixture.commands.errors == "\(fixture.path()): line 2: action: expected one of retry, retry-new, edit, skip, drop, got \"again\"")
    #expect(!fixture.exists("edited.jsonl"))
    #expect(try await fixture.plan { $0.revise = fixture.path("none") } == .wrongUsage)
    #expect(fixture.commands.errors.hasSuffix("/none: No such file or directory"), "\(fixture.commands.errors)")
  }

  @Test("a plan of other topics: 2")
  func otherTopics() async throws {
    let fixture = try Fixture()
    try await fixture.publish([Self.causes[0]])
    try await fixture.ledger()
    #expect(try await fixture.plan() == .done)
    try fixture.write(try fixture.text().replacing(#""requests":"checkout"#, with: #""requests":"other"#), to: "plan.jsonl")
    #expect(try await fixture.plan { $0.revise = fixture.path() } == .wrongUsage)
    #expect(fixture.commands.errors.contains("line 1: the plan is about other.session-requests, but kafka.topics.requests is"))
  }

  @Test("a place that no plan can be written to: 2", arguments: ["/dev/null", "/nowhere/plan.jsonl", "/"])
  func nowhere(path: String) async throws {
    let fixture = try Fixture()
    try await fixture.publish([Self.causes[0]])
    try await fixture.ledger()
    #expect(try await fixture.plan { $0.output = path } == .wrongUsage, "\(fixture.commands.errors)")
    #expect(fixture.commands.errors.hasPrefix(path))
  }

  @Test("asked to end: 75, and no plan")
  func cancelled() async throws {
    let fixture = try Fixture()
    try await fixture.publish([Self.causes[0]])
    try await fixture.ledger()
    let work = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await fixture.plan()
    }
    #expect(try await work.value == .tryAgainLater, "\(fixture.commands.errors)")
    #expect(fixture.commands.errors.contains("no plan was written"))
    #expect(!fixture.exists("plan.jsonl"))
  }
}
