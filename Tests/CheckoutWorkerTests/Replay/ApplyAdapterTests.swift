import CheckoutSession
import Records
import Replay
import Testing

@testable import CheckoutWorker

@Suite("replay apply: adapters and words")
struct ApplyAdapterTests {
  private func batch(_ headers: [(String, String)], _ value: String) -> RecordBatch {
    var slab = Array(value.utf8)
    let valueSpan = ByteSpan(offset: 0, count: slab.count)
    for (name, value) in headers { PackedHeaders.append(name: name.utf8, value: value.utf8, to: &slab) }
    let record = Record(
      topicIndex: 0, partition: 0, offset: 0, timestampMilliseconds: 0, assignmentEpoch: 0, key: .null, value: valueSpan,
      headers: ByteSpan(offset: valueSpan.count, count: slab.count - valueSpan.count))
    return RecordBatch(slab: slab, records: [record], topics: ["replies"])
  }

  private let marks = [("checkout-replay-of", "letters/0/5"), ("checkout-replay-count", "2")]

  @Test("a reply is read by its headers and its value")
  func reply() throws {
    let mark = ReplayMark(deadLetter: RecordCoordinate(topic: "letters", partition: 0, offset: 5), count: 2)
    let created = batch(marks, #"{"outcome":"CREATED","generation":2}"#)
    #expect(
      KafkaReplyFeed.reply(created.records[0], of: created)
        == ReplayReply(mark: mark, answer: ReplayAnswer(outcome: .created, generation: 2)))
    let failed = batch(marks, #"{"outcome":"REJECTED","error":{"code":"INVALID_REQUEST"},"generation":1}"#)
    let answer = ReplayAnswer(outcome: .rejected, generation: 1, errorCode: "INVALID_REQUEST")
    #expect(KafkaReplyFeed.reply(failed.records[0], of: failed) == ReplayReply(mark: mark, answer: answer))
  }

  @Test(
    "what is no reply to a replay is passed over",
    arguments: [#"{"outcome":"NEW","generation":2}"#, #"{"outcome":"CREATED"}"#, "", "[]", "{"])
  func foreign(value: String) {
    let strange = batch(marks, value)
    #expect(KafkaReplyFeed.reply(strange.records[0], of: strange) == nil)
    let plain = batch([("ce_id", "x")], #"{"outcome":"CREATED","generation":2}"#)
    #expect(KafkaReplyFeed.reply(plain.records[0], of: plain) == nil)
  }

  @Test(
    "a search is complete if the topic still goes back to where it begins",
    arguments: [
      ([0: 10], [0: 5..<20], true), ([0: 10], [0: 10..<10], true), ([0: 10], [0: 11..<20], false), ([0: 10], [0: 0..<9], false),
      ([0: 10, 1: 3], [0: 0..<20], false), ([0: 10], [0: 0..<20, 1: 0..<4], true), ([0: 10], [0: 0..<20, 1: 2..<4], false),
      ([:], [0: 0..<4], true),
      ([:], [0: 1..<4], false),
    ] as [([Int32: Int64], [Int32: Range<Int64>], Bool)])
  func searches(from: [Int32: Int64], bounds: [Int32: Range<Int64>], isComplete: Bool) {
    #expect(KafkaRequestTopic.isComplete(from: from, in: bounds) == isComplete)
  }

  @Test(
    "options say what is wrong with them",
    arguments: [
      ("plan.jsonl", 10.0, 5, "60s", nil), ("-", 10, 5, "60s", "PLAN"), ("p", 0, 5, "60s", "--rate"), ("p", .nan, 5, "60s", "--rate"),
      ("p", 20_000, 5, "60s", "--rate"), ("p", 1, -1, "60s", "--canary"), ("p", 1, 0, "soon", "--reply-timeout"),
      ("p", 1, 0, "0s", "--reply-timeout"),
    ] as [(String, Double, Int, String, String?)])
  func options(plan: String, rate: Double, canary: Int, timeout: String, fault: String?) {
    var options = ReplayApplyOptions(plan: plan)
    options.rate = rate
    options.canary = canary
    options.replyTimeout = timeout
    #expect(options.objection?.prefix { $0 != ":" }.description == fault)
  }

  @Test("the report says what became of every line, and what to do")
  func report() {
    var report = ReplayApplyReport()
    report.sent = 4
    report.earlier = [3: .init(sent: 5, dropped: 0, unanswered: 1)]
    report.refused = [.originalGone: 1]
    report.outcomes = [.created: 3, .rejected: 1]
    report.asPredicted = 3
    report.notAsPredicted = 1
    report.sentInTime = 30
    report.sendingTime = .milliseconds(3050)
    let run = ReplayRun(
      planHash: BodyHash(of: [1]), user: "ann", host: "ops-1", startedAt: Timestamp(millisecondsSinceEpoch: 0),
      aliveUntil: Timestamp(millisecondsSinceEpoch: 0))
    let header = PlanHeader(
      createdAt: Timestamp(millisecondsSinceEpoch: 0), createdBy: "ann@ops-1", deadLettersTopic: "letters", requestsTopic: "requests",
      filters: "",
      recordsCount: 10)
    let plan = CheckedPlan(header: header, hash: BodyHash(of: [2]), summary: PlanSummary(attemptsMax: 3))
    let printed = text().report(report, plan, [3: run])
    for part in [
      "sent by this run", "refused, GONE", "settled by earlier runs", "answered CREATED",
      "run 3 by ann@ops-1, begun 1970-01-01T00:00:00.000Z, plan \(BodyHash(of: [1]).hexadecimal.prefix(12)): 5 sent",
      "rate: 9.84 a second while it was sending, asked for 10", "as predicted: 3 of 4 answered (75 %)",
      "Finished, but not all as the plan said",
      "sent by this run             4\n    answered CREATED           3\n    answered REJECTED          1",
      "Sent by another plan: `checkout-worker replay history --config w.yaml --run 3` says what became of each",
      "Sent by another plan and not answered yet",
      "which `checkout-worker replay list --config w.yaml` shows",
    ] { #expect(printed.contains(part), "\(part) in:\n\(printed)") }
  }

  private static let hash = BodyHash(of: [2])

  private func plan(lines: Int = 0, madeWith: Int) -> CheckedPlan {
    var summary = PlanSummary(attemptsMax: 3)
    for offset in 0..<Int64(lines) {
      summary.add(
        PlanEntry(
          place: RecordCoordinate(topic: "letters", partition: 0, offset: offset),
          origin: RecordCoordinate(topic: "requests", partition: 0, offset: offset),
          identity: RequestIdentity(merchantID: "m", requestID: "r-\(offset)"), mode: .payment,
          failedAt: Timestamp(millisecondsSinceEpoch: 0),
          errorClass: .transient, errorCode: "UPSTREAM", errorDetail: "", replayCount: 0, bodyHash: nil, recordHash: BodyHash(of: [1]),
          prediction: Prediction(.willCreate, generation: 1, detail: ""), action: .retry))
    }
    let header = PlanHeader(
      createdAt: Timestamp(millisecondsSinceEpoch: 0), createdBy: "ann@ops-1", deadLettersTopic: "letters", requestsTopic: "requests",
      filters: "", recordsCount: madeWith)
    return CheckedPlan(header: header, hash: Self.hash, summary: summary)
  }

  private func text(_ change: (inout ReplayApplyOptions) -> Void = { _ in }) -> ReplayApplyText {
    var options = ReplayApplyOptions(plan: "plan.jsonl")
    change(&options)
    let echo = CommandEcho(ConfigurationSources(files: ["w.yaml"]))
    return ReplayApplyText(options: options, topics: WorkerConfiguration.Kafka.Topics(), echo: echo)
  }

  @Test(
    "a plan that was cut short says so",
    arguments: [(4, 26, " (4 of the 26 lines that it was made with)"), (2, 2, nil), (3, 2, "though it was made with 2")]
      as [(Int, Int, String?)])
  func cut(lines: Int, madeWith: Int, words: String?) {
    let printed = text().plan(plan(lines: lines, madeWith: madeWith))
    #expect(words.map { printed.contains($0) } ?? !printed.contains("made with"), "\(printed)")
  }

  @Test("a dry run says that it is one before anything else")
  func dryRunHeading() {
    let dry = text { $0.isDryRun = true }
    #expect(dry.plan(plan(lines: 1, madeWith: 1)).hasPrefix("DRY RUN: nothing is sent.\nplan plan.jsonl ("))
    #expect(dry.report(ReplayApplyReport(), plan(lines: 1, madeWith: 1), [:]).hasPrefix("  what would become of it"))
    #expect(text().plan(plan(lines: 1, madeWith: 1)).hasPrefix("plan plan.jsonl ("))
  }

  @Test("the lines of a run that was stopped add up to those of the plan")
  func stoppedLines() {
    var report = ReplayApplyReport()
    report.sent = 3
    report.inDoubt = 1
    report.end = .stopped(.asked)
    let printed = text().report(report, plan(lines: 9, madeWith: 9), [:])
    for row in [
      "sent by this run                      3",
      "published, but not noted as sent      1",
      "not sent yet                          5",
    ] {
      #expect(printed.contains(row), "\(row) in:\n\(printed)")
    }
    report = ReplayApplyReport()
    report.end = .stopped(.asked)
    #expect(text().report(report, plan(lines: 9, madeWith: 9), [:]).hasSuffix("Nothing was sent."))
  }

  @Test(
    "a report says that nothing was sent when that is so",
    arguments: [
      (true, false, "it was refused; see above."), (false, true, "all of it had been settled before."),
      (true, true, "it was refused, or had"),
    ])
  func nothing(isRefused: Bool, isSettled: Bool, words: String) {
    var report = ReplayApplyReport()
    if isRefused { report.refused = [.recordChanged: 1] }
    if isSettled { report.earlier = [1: .init(sent: 1, dropped: 1)] }
    let run = ReplayRun(
      planHash: Self.hash, user: "ann", host: "ops-1", startedAt: Timestamp(millisecondsSinceEpoch: 0),
      aliveUntil: Timestamp(millisecondsSinceEpoch: 0))
    let printed = text().report(report, plan(lines: 2, madeWith: 2), [1: run])
    #expect(printed.contains("Nothing was sent: " + words), "\(printed)")
    #expect(printed.contains("  Sent by this plan: nothing is left to do.") == isSettled)
    #expect(printed.contains("  Marked as handled: no plan sends these any more.") == isSettled)
  }

  @Test("answers to what earlier runs sent stand under these")
  func earlierAnswers() {
    var report = ReplayApplyReport()
    report.sent = 10
    report.outcomes = [.created: 10]
    report.earlier = [1: .init(sent: 5)]
    report.earlierOutcomes = [.created: 5]
    let printed = text().report(report, plan(lines: 15, madeWith: 15), [:])
    for rows in [
      "sent by this run            10\n    answered CREATED          10\n",
      "settled by earlier runs      5\n    answered CREATED           5",
    ] { #expect(printed.contains(rows), "\(rows) in:\n\(printed)") }
  }

  @Test("what an earlier run of the plan sent is settled only if it was answered", arguments: [0, 1, 3])
  func earlierSilence(unanswered: Int) {
    var report = ReplayApplyReport()
    report.earlier = [1: .init(sent: 3, unanswered: unanswered)]
    let run = ReplayRun(
      planHash: Self.hash, user: "ann", host: "ops-1", startedAt: Timestamp(millisecondsSinceEpoch: 0),
      aliveUntil: Timestamp(millisecondsSinceEpoch: 0))
    let printed = text().report(report, plan(lines: 3, madeWith: 3), [1: run])
    #expect(printed.contains("Sent by this plan: nothing is left to do.") == (unanswered == 0))
    #expect(printed.contains("Sent by this plan and answered: nothing is left to do.") == (unanswered == 1))
    #expect(printed.contains("Sent by this plan and not answered yet") == (unanswered > 0))
  }

  @Test("what ended it early speaks of a rest only if there is one", arguments: [0, 7])
  func rest(left: Int) {
    let store = WorkerConfiguration.Ledger().store
    let silent = text().stop(.noReplies(inFlight: 1), left: left, store)
    #expect(
      silent.hasPrefix(
        "STOPPED: 1 request that was sent has no reply yet; none came for 60s\(left > 0 ? ", so the rest was not sent" : "").\nThe plan"))
    let failed = text().stop(.canaryFailed, left: left, store)
    #expect(failed.hasPrefix("STOPPED: the canary did not end as predicted\(left > 0 ? ", so the rest was not sent" : "").\nFind out why"))
    #expect(failed.contains("it sends another canary first:\n  checkout-worker replay apply") == (left > 0))
  }

  @Test("when no worker answers, it says what to look at, and the command that goes on")
  func noReplies() {
    let text = text { options in
      options.rate = 50
      options.isConfirmed = true
    }
    let printed = text.stop(.noReplies(inFlight: 5), left: 3, WorkerConfiguration.Ledger().store)
    for part in [
      "STOPPED: 5 requests that were sent have no reply yet; none came for 60s, so the rest was not sent.\n",
      "Lines that their prediction puts off (not before …) are answered then.\n", "reads checkout.session-requests",
      "`checkout-worker status --config w.yaml`",
      "  checkout-worker replay apply --config w.yaml plan.jsonl --rate 50 --yes",
    ] { #expect(printed.contains(part), "\(part) in:\n\(printed)") }
  }

  @Test("history tells a run that lives from one that died")
  func history() {
    let now = Timestamp(millisecondsSinceEpoch: 1_000_000)
    func run(_ number: Int64, aliveUntil: Timestamp, _ end: ReplayRun.End? = nil) -> ReplayRunReport {
      let ended = end.map { ReplayRun.Ending(at: now, end: $0) }
      return ReplayRunReport(
        number: number,
        run: ReplayRun(planHash: BodyHash(of: [1]), user: "ann", host: "ops-1", startedAt: now, aliveUntil: aliveUntil, ended: ended),
        states: [.sent: 1, .answered: 2, .claimed: 3], outcomes: [.created: 2])
    }
    let text = ReplayHistoryText(now: now)
    let lines = text.table([
      run(3, aliveUntil: now + .seconds(1)), run(2, aliveUntil: now), run(1, aliveUntil: now, .canaryFailed),
    ]).split(separator: "\n")
    #expect(lines.count == 5 && lines[2].contains("running") && lines[3].contains("DIED") && lines[4].contains("CANARY_FAILED"))
    #expect(lines[2].contains("2 CREATED") && lines[2].hasSuffix("3"))
    #expect(
      text.json(run(2, aliveUntil: now)).contains(#""end":"DIED","endedAt":null,"sent":3,"answered":{"CREATED":2},"dropped":0,"inDoubt":3"#)
    )
  }
}
