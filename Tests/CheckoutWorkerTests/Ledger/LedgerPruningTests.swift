import CheckoutSession
import Ledger
import Synchronization
import TestClock
import Testing

@testable import CheckoutWorker

@Suite("ledger prune", .timeLimit(.minutes(1)))
struct LedgerPruningTests {
  private static let start = Timestamp(millisecondsSinceEpoch: 1_800_000_000_000)
  private static let day: Duration = .seconds(86_400)

  /// Claims requests and decides them at `start`, in the ledger of a fixture.
  private func fill(_ fixture: CommandFixture, _ numbers: Range<Int>, at: Timestamp = start, outcome: ReplyOutcome = .expired) async throws
  {
    let ledger = try await fixture.assembly().openLedger(.readWrite, logger: fixture.logger)
    let hash = try #require(BodyHash(bytes: Array(repeating: 1, count: 32)))
    let claims = numbers.map { number in
      RequestClaim(
        identity: RequestIdentity(merchantID: "m", requestID: "\(number)"), bodyHash: hash, mode: .payment, merchantTransactionID: nil,
        replayCount: 0, source: RecordCoordinate(topic: "t", partition: 0, offset: Int64(number)))
    }
    let keys = try await ledger.claim(claims, at: at).compactMap { if case .new(let key) = $0 { key } else { nil } }
    let id = try #require(SessionID("11111111-2222-4333-8444-555555555555"))
    let session = outcome == .created ? CreatedSession(sessionID: id, hostedURL: "https://h/x", createdAt: at) : nil
    let reply = DecidedReply(outcome: outcome, session: session, error: nil, attempts: 1, decidedAt: at)
    let watch = session.map { SessionWatch(recordKey: nil, firstPollAt: $0.createdAt) }
    _ = try await ledger.record(keys.map { NewDecision(key: $0, reply: reply, watch: watch) })
    try await ledger.markPublished(keys, at: at)
    await ledger.close()
  }

  private func known(_ fixture: CommandFixture) async throws -> Int {
    let ledger = try await fixture.assembly().openLedger(.readOnly, logger: fixture.logger)
    let count = try await ledger.statistics(now: Self.start).identities
    await ledger.close()
    return count
  }

  private func pruning(
    _ fixture: CommandFixture, days: Int = 30, dryRun: Bool = false, json: Bool = false, at now: Timestamp = start + day * 31,
    clock: any Clock<Duration> = ContinuousClock(), _ settings: [String] = []
  ) throws -> LedgerPruning {
    LedgerPruning(
      assembly: try fixture.assembly(settings), olderThan: Self.day * days, isDryRun: dryRun, json: json, output: fixture.output,
      clock: clock,
      wallClock: WallClock { now }, logger: fixture.logger)
  }

  @Test("what is old goes, in steps; what is younger stays")
  func forgets() async throws {
    let fixture = try CommandFixture(topics: [])
    try await fill(fixture, 0..<2500)
    try await fill(fixture, 2500..<2510, at: Self.start + Self.day * 5)
    #expect(try await pruning(fixture).run() == .done)
    #expect(fixture.written == "forgot 2,500 requests decided before \((Self.start + Self.day).rfc3339) (30d ago)")
    #expect(try await known(fixture) == 10)
    #expect(try await pruning(fixture, json: true).run() == .done)
    let line = try #require(fixture.words.withLock { $0.output.last })
    #expect(
      line.hasPrefix(#"{"ledger":"\#(fixture.ledgerPath)","before":"\#((Self.start + Self.day).rfc3339)","dryRun":false,"#), "\(line)")
    #expect(line.contains(#""complete":true,"forgotten":0,"#), "\(line)")
  }

  @Test("a dry run changes nothing")
  func dryRun() async throws {
    let fixture = try CommandFixture(topics: [])
    try await fill(fixture, 0..<20)
    #expect(try await pruning(fixture, dryRun: true).run() == .done)
    #expect(fixture.written == "would forget 19 requests decided before \((Self.start + Self.day).rfc3339) (30d ago)")
    #expect(try await known(fixture) == 20)
  }

  @Test("what was replayed is forgotten after replay.historyRetention, whatever the age of requests")
  func replays() async throws {
    let fixture = try CommandFixture(topics: [])
    let ledger = try await fixture.assembly().openLedger(.readWrite, logger: fixture.logger)
    let hash = try #require(BodyHash(bytes: Array(repeating: 1, count: 32)))
    for (age, offsets) in [(100, 0..<1500 as Range<Int64>), (80, 1500..<1510)] {
      let at = Self.start - Self.day * age
      let run = try await ledger.beginReplay(
        ReplayRun(planHash: hash, user: "ann", host: "ops-1", startedAt: at, aliveUntil: at + .seconds(15)))
      let claims = offsets.map { offset in
        ReplayClaim(
          origin: RecordCoordinate(topic: "t", partition: 0, offset: offset),
          deadLetter: RecordCoordinate(topic: "d", partition: 0, offset: offset),
          identity: RequestIdentity(merchantID: "m", requestID: "\(offset)"), action: .retry, bodyHash: hash, originalHash: hash,
          replayCount: 0)
      }
      _ = try await ledger.claimReplays(claims, run: run, searchFrom: [0: 1], attemptsMax: 3, at: at)
    }
    await ledger.close()
    let moment = (Self.start - Self.day * 90).rfc3339
    #expect(try await pruning(fixture, dryRun: true, at: Self.start).run() == .done)
    #expect(fixture.written.hasSuffix("would forget 1,500 replays claimed before \(moment) (90d ago)"), "\(fixture.written)")
    #expect(try await pruning(fixture, at: Self.start).run() == .done)
    #expect(fixture.written.contains("forgot 1,501 replays claimed before \(moment) (90d ago)"), "the run as well: \(fixture.written)")
    #expect(try await pruning(fixture, json: true, at: Self.start, ["replay.historyRetention=70d"]).run() == .done)
    #expect(fixture.written.hasSuffix(#""forgottenReplays":11}"#), "\(fixture.written)")
  }

  @Test("a request whose session has not ended is kept, however old, and counted")
  func outstanding() async throws {
    let fixture = try CommandFixture(topics: [])
    try await fill(fixture, 0..<3, outcome: .created)
    try await fill(fixture, 3..<6)
    #expect(try await pruning(fixture, json: true).run() == .done)
    #expect(fixture.written.contains(#""forgotten":2,"keptOutstanding":3,"#), "\(fixture.written)")
    #expect(try await known(fixture) == 4)
    #expect(try await pruning(fixture, dryRun: true).run() == .done)
    #expect(fixture.written.contains("would forget 0 requests"), "\(fixture.written)")
    #expect(fixture.written.contains("3 that are as old are kept: their sessions have not ended"))
  }

  @Test("asked to end between two steps: what is done is done, and 75")
  func cancelled() async throws {
    let fixture = try CommandFixture(topics: [])
    try await fill(fixture, 0..<2500)
    let clock = ManualClock()
    let pruning = try pruning(fixture, clock: clock)
    let work = Task { await pruning.run() }
    await clock.sleepers(atLeast: 1)
    clock.advanceToNextSleeper()
    await clock.sleepers(atLeast: 1)
    work.cancel()
    #expect(await work.value == .tryAgainLater)
    #expect(fixture.written.hasPrefix("asked to end: forgot 2,000 requests"), "\(fixture.written)")
    #expect(try await known(fixture) == 500)
  }

  @Test("asked to end before the first step: nothing is done, and 75")
  func cancelledAtOnce() async throws {
    let fixture = try CommandFixture(topics: [])
    try await fill(fixture, 0..<10)
    let pruning = try pruning(fixture)
    let work = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return await pruning.run()
    }
    #expect(await work.value == .tryAgainLater)
    #expect(try await known(fixture) == 10)
  }

  @Test("shorter than ledger.retention: refused, with the reason and the way around")
  func retention() async throws {
    let fixture = try CommandFixture(topics: [])
    try await fill(fixture, 0..<10)
    #expect(try await pruning(fixture, days: 6).run() == .wrongUsage)
    #expect(fixture.errors.contains("expected at least ledger.retention, which is 7d, got 6d"), "\(fixture.errors)")
    #expect(fixture.errors.contains("--set ledger.retention=6d"))
    #expect(try await known(fixture) == 10)
    #expect(try await pruning(fixture, days: 6, ["ledger.retention=6d"]).run() == .done)
  }

  @Test(
    "--older-than",
    arguments: [
      ("30d", nil), ("1d", nil), ("24h", nil), ("1440m", nil), ("23h", "at least 1d, got 23h"), ("0d", "at least 1d"),
      ("30", "with its unit"),
      ("", "with its unit"), ("-30d", "with its unit"), ("1w", "got \"1w\""),
    ] as [(String, String?)])
  func age(_ text: String, _ part: String?) {
    let objection = LedgerPruneProgram.objection(toAge: text)
    if let part { #expect(objection?.contains(part) == true, "\(objection ?? "accepted")") } else { #expect(objection == nil) }
  }

  @Test("no ledger yet: nothing to do, and none is made", arguments: [false, true])
  func absent(dryRun: Bool) async throws {
    let fixture = try CommandFixture(topics: [])
    #expect(try await pruning(fixture, dryRun: dryRun).run() == .done)
    #expect(fixture.written == "no ledger yet at \(fixture.ledgerPath): nothing to forget")
    #expect(LedgerPresence(path: fixture.ledgerPath) == .absent)
  }

  @Test("a ledger in memory is nobody else's: wrong usage")
  func memory() async throws {
    let fixture = try CommandFixture(topics: [])
    #expect(try await pruning(fixture, ["ledger.url=memory:"]).run() == .wrongUsage)
    #expect(fixture.errors.contains("memory:"))
  }

  @Test("a file that is no ledger: 1, and named")
  func foreign() async throws {
    let fixture = try CommandFixture(topics: [])
    _ = try fixture.input("certainly not a database, however long one looks at it")
    #expect(try await pruning(fixture, ["ledger.url=sqlite:\(fixture.folder)/input.jsonl"]).run() == .failed)
    #expect(fixture.errors.contains("input.jsonl"))
  }

  @Test("a busy ledger: 75, and what to do")
  func busy() async throws {
    let fixture = try CommandFixture(topics: [])
    try await fill(fixture, 0..<1)
    let visit = LedgerVisit(assembly: try fixture.assembly(), access: .readWrite, output: fixture.output, logger: fixture.logger)
    let status = await visit.run(onNothing: { _ in }) { _ throws(LedgerFailure) in
      throw LedgerFailure(code: .busy, message: "ledger l: database is locked (SQLite 5)", isTransient: true)
    }
    #expect(status == .tryAgainLater)
    #expect(fixture.errors.contains("database is locked"))
    #expect(fixture.errors.contains("at a quiet hour"))
  }

  @Test("a report that was cut short says what is done and that more is left")
  func report() {
    var report = LedgerPruneReport(
      location: "l", before: Self.start, age: Self.day * 30, replaysBefore: Self.start, replaysAge: Self.day * 90, isDryRun: true)
    report.forgotten = 1
    report.keptOutstanding = 1
    #expect(
      report.text.hasPrefix("would forget 1 request decided before \(Self.start.rfc3339) (30d ago)\n1 that is as old is kept: its session"))
    report.isDryRun = false
    report.isComplete = false
    report.keptOutstanding = 1200
    #expect(report.text.hasPrefix("asked to end: forgot 1 request decided"))
    #expect(report.text.contains("the next run goes on\n1,200 that are as old are kept: their sessions have not ended"))
  }
}
