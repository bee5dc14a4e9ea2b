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
    report.lines = 10
    report.sent = 4
    report.earlier = [3: .init(sent: 5, dropped: 0)]
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
    let text = ReplayApplyText(options: ReplayApplyOptions(plan: "plan.jsonl"), topics: WorkerConfiguration.Kafka.Topics())
    let printed = text.report(report, plan, [3: run])
    for part in [
      "sent by this run", "refused, GONE", "settled by earlier runs", "answered CREATED",
      "run 3 by ann@ops-1, begun 1970-01-01T00:00:00.000Z, plan \(BodyHash(of: [1]).hexadecimal.prefix(12)): 5 sent",
      "rate: 9.84 a second while it was sending, asked for 10", "as predicted: 3 of 4 answered (75 %)",
      "Finished, but not all as the plan said",
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
