import CheckoutSession
import Kafka
import Ledger
import Testing

@testable import CheckoutWorker

@Suite("The outstanding sessions in the report of status")
struct StatusSessionsTests {
  private static let now = Timestamp(millisecondsSinceEpoch: 1_800_000_000_000)
  private static func ago(_ seconds: Int64) -> Timestamp { now - .seconds(seconds) }

  private static let sessions = OutstandingStatistics(
    byStatus: [.accepted: 5, .created: 1200, .unresolved: 12, .completed: 2],
    byAge: [
      .init(ageFrom: .zero, ageBelow: .seconds(60), count: 7), .init(ageFrom: .seconds(60), ageBelow: .seconds(900), count: 1180),
      .init(ageFrom: .seconds(900), ageBelow: nil, count: 32),
    ], overdue: 32, longOverdue: 0, oldest: ago(90_000), unpublishedEvents: .init(count: 2, oldest: ago(3)), due: 40, oldestDue: ago(20),
    leased: 25,
    pollsLastMinute: 900,
    pollsTotal: 123_456, publishedEventsTotal: 45_678, endedTotal: [.completed: 20_000, .failed: 100, .timedOut: 3000],
    quotaMembers: [
      QuotaMember(id: 1, lane: .creation, demand: 0.9, granted: 0.45, grantedUntil: now + .seconds(2)),
      QuotaMember(id: 2, lane: .creation, demand: 0.9, granted: 0.25, grantedUntil: now + .seconds(2)),
      QuotaMember(id: 3, lane: .reconciliation, demand: 1, granted: 0.3, grantedUntil: now + .seconds(1), pausedUntil: now + .seconds(20)),
      QuotaMember(id: 4, lane: .reconciliation, demand: 1, granted: 0.9, grantedUntil: now - .seconds(1)),
    ])

  private static func report(
    _ sessions: OutstandingStatistics?, unpublished: LedgerStatistics.Backlog = .init(count: 0, oldest: nil)
  ) -> StatusReport {
    let statistics = LedgerStatistics(
      identities: 1, decisions: [.created: 1], undecided: .init(count: 0, oldest: nil), inDoubt: 0, unpublished: unpublished,
      liveSessions: [],
      inDoubtClaimsTotal: 0, publishedTotal: 1, lastPublishedAt: nil, fileBytes: 4096, outstanding: sessions)
    return StatusReport(
      at: now, ledger: LedgerStatus(location: "l.sqlite", state: .ok, statistics: statistics),
      group: GroupStatus(bootstrapServers: "b:9092", group: "g", topic: "t", partitions: []))
  }

  private static func sessions(_ change: (inout OutstandingStatistics) -> Void) -> OutstandingStatistics {
    var sessions = sessions
    sessions.byStatus = [.created: 100]
    sessions.overdue = 0
    change(&sessions)
    return sessions
  }

  // MARK: What is wrong

  @Test("what is wrong is the first thing said")
  func firstLine() {
    let text = Self.report(Self.sessions).text
    #expect(
      text.hasPrefix("NEEDS ATTENTION\n  - 12 sessions are unresolved: see ops/runbooks/unresolved-sessions.md\n\noldest unanswered"),
      "\(text)")
    let one = Self.report(Self.sessions { $0.byStatus[.unresolved] = 1 }).findings
    #expect(one.map(\.text) == ["1 session is unresolved: see ops/runbooks/unresolved-sessions.md"])
    #expect(Self.report(Self.sessions { _ in }).text.hasPrefix("oldest unanswered"), "nothing is wrong, and nothing is said about that")
  }

  /// A change of the numbers, and what it gives.
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let codes: [StatusFinding.Code]
    let change: @Sendable (inout OutstandingStatistics) -> Void
    var testDescription: String { name }

    init(_ name: String, _ codes: [StatusFinding.Code], _ change: @escaping @Sendable (inout OutstandingStatistics) -> Void) {
      (self.name, self.codes, self.change) = (name, codes, change)
    }
  }

  @Test(
    "findings",
    arguments: [
      Case("all well", []) { _ in }, Case("late, but polled", []) { $0.overdue = 40 },
      Case("due for long, and nobody polls", [.notPolled]) { ($0.oldestDue, $0.pollsLastMinute) = (ago(151), 0) },
      Case("due for long although there are polls", [.pollBacklog]) { $0.oldestDue = ago(151) },
      Case("due, before the next minute's cron job", []) { ($0.oldestDue, $0.pollsLastMinute, $0.leased) = (ago(150), 0, 0) },
      Case("long past their deadline, although there are polls", [.notEnding]) { $0.longOverdue = 7 },
      Case("long past their deadline, and nobody polls", [.notPolled]) {
        ($0.longOverdue, $0.oldestDue, $0.pollsLastMinute) = (7, ago(600), 0)
      },
      Case("unresolved ones are asked about once an hour", [.unresolvedSessions]) {
        ($0.byStatus[.unresolved], $0.oldestDue, $0.due, $0.pollsLastMinute) = (3, nil, 0, 0)
      },
      Case("unresolved ones, and others that nobody asks about", [.unresolvedSessions, .notPolled]) {
        ($0.byStatus[.unresolved], $0.oldestDue, $0.pollsLastMinute) = (3, ago(600), 0)
      },
      Case("an event for a minute", []) { $0.unpublishedEvents = .init(count: 4, oldest: ago(60)) },
      Case("an event for longer", [.eventsUnpublished]) { $0.unpublishedEvents = .init(count: 4, oldest: ago(61)) },
    ])
  func findings(_ sample: Case) {
    #expect(Self.report(Self.sessions(sample.change)).findings.map(\.code) == sample.codes)
  }

  @Test("replies that wait for long, and parts that cannot be asked")
  func otherFindings() {
    let waiting = Self.report(nil, unpublished: .init(count: 1, oldest: Self.ago(125))).findings
    #expect(waiting.map(\.code) == [.repliesUnpublished])
    #expect(waiting.first?.text.hasPrefix("1 reply not published, the oldest for 2 min 5 s:") == true, "\(waiting)")
    var report = Self.report(Self.sessions)
    report.ledger = LedgerStatus(
      location: "l", state: .unreadable, failure: LedgerFailure(code: .corrupt, message: "ledger l: damaged", isTransient: false))
    report.group.failure = KafkaError(code: .unreachable, message: "no broker")
    #expect(report.findings.map(\.code) == [.ledgerUnreadable, .kafkaUnknown])
    #expect(report.findings[0].text.contains("ledger-away.md): LEDGER_CORRUPT") && report.findings[1].text.contains("b:9092"))
  }

  // MARK: Text

  @Test("text for people")
  func text() {
    let text = Self.report(Self.sessions).text
    for line in [
      "outstanding sessions   1,219, the oldest for 1 d 1 h", "  unresolved           12", "  past their deadline  32",
      "  due now (backlog)    40, and 25 in work", "  polls, last minute   900", "  events to publish    2, the oldest for 3.0 s",
      "  CREATED                            1,200", "  COMPLETED, event not published         2", "  1 to 15 min             1,180",
      "  15 min and older           32", "  COMPLETED         20,000", "  NOT_FOUND              0",
      "  creation                2  70 %   180 %",
      "  reconciliation          1  30 %   100 %", "  the gateway has asked everybody to wait for another 20 s",
    ] {
      #expect(text.contains(line + "\n"), "\(line) not in\n\(text)")
    }
    #expect(!text.contains("FAILED, event not published"))
  }

  @Test("an empty ledger, and one of the version before, are no error")
  func nothingYet() {
    let empty = OutstandingStatistics(
      byStatus: [:], byAge: [], overdue: 0, longOverdue: 0, oldest: nil, unpublishedEvents: .init(count: 0, oldest: nil), due: 0,
      oldestDue: nil, leased: 0,
      pollsLastMinute: 0,
      pollsTotal: 0, publishedEventsTotal: 0, endedTotal: [:], quotaMembers: [])
    let text = Self.report(empty).text
    #expect(text.contains("outstanding sessions   0\n") && text.contains("gateway quota\n  shared by nobody now"), "\(text)")
    #expect(!text.contains("by status") && !text.contains("ended sessions"))
    #expect(Self.report(empty).status == .done)
    let old = Self.report(nil)
    #expect(old.text.contains("the ledger is of an older version"))
    #expect(old.status == .done && old.findings.isEmpty)
  }

  @Test(
    "ages, also of a simulator whose time runs faster",
    arguments: [
      (Duration.zero, Duration.seconds(60), "0 to 1 min"), (.seconds(600), .seconds(900), "10 to 15 min"),
      (.seconds(900), nil, "15 min and older"),
      (.seconds(1800), .seconds(3600), "30 to 60 min"), (.seconds(3600), .seconds(86_400), "1 to 24 h"),
      (.seconds(86_400), nil, "24 h and older"),
      (.seconds(1), .seconds(5), "1 to 5 s"), (.seconds(15), nil, "15 s and older"),
      (.milliseconds(600), .milliseconds(3000), "600 to 3000 ms"),
    ] as [(Duration, Duration?, String)])
  func ages(_ from: Duration, _ below: Duration?, _ text: String) {
    #expect(StatusReport.ages(from: from, below: below) == text)
  }

  // MARK: JSON

  @Test("JSON: all of it")
  func json() {
    let expected = """
      "outstanding":{"count":1219,"unresolved":12,"overdue":32,"longOverdue":0,"due":40,"oldestDueAt":"\(Self.ago(20).rfc3339)","leased":25,
      "oldestAt":"\(Self.ago(90_000).rfc3339)",
      "byStatus":{"ACCEPTED":5,"CREATED":1200,"UNRESOLVED":12,"COMPLETED":2,"FAILED":0,"CANCELED":0,"TIMED_OUT":0,"NOT_FOUND":0},
      "byAge":[{"ageFromSeconds":0,"ageBelowSeconds":60,"count":7},{"ageFromSeconds":60,"ageBelowSeconds":900,"count":1180},
      {"ageFromSeconds":900,"ageBelowSeconds":null,"count":32}],"pollsLastMinute":900,"pollsTotal":123456,
      "unpublishedEvents":{"count":2,"oldestAt":"\(Self.ago(3).rfc3339)"},"publishedEventsTotal":45678,
      "endedTotal":{"COMPLETED":20000,"FAILED":100,"CANCELED":0,"TIMED_OUT":3000,"NOT_FOUND":0}},
      "quotaMembers":[{"lane":"CREATION","granted":0.45,"demand":0.9,"grantedUntil":"\((Self.now + .seconds(2)).rfc3339)","pausedUntil":null},
      {"lane":"CREATION","granted":0.25,"demand":0.9,"grantedUntil":"\((Self.now + .seconds(2)).rfc3339)","pausedUntil":null},
      {"lane":"RECONCILIATION","granted":0.3,"demand":1.0,"grantedUntil":"\((Self.now + .seconds(1)).rfc3339)",
      "pausedUntil":"\((Self.now + .seconds(20)).rfc3339)"}]}
      """
    let json = Self.report(Self.sessions).json
    #expect(json.contains(expected.split(separator: "\n").joined()), "\(json)")
    let finding =
      #""findings":[{"code":"UNRESOLVED_SESSIONS","text":"12 sessions are unresolved: see ops/runbooks/unresolved-sessions.md"}],"#
    #expect(json.contains(finding))
    #expect(Self.report(Self.sessions { _ in }).json.contains(#""findings":[],"#))
  }

  @Test("JSON has the same members when the ledger is of the version before")
  func jsonUnknown() throws {
    func members(_ json: String) throws -> [String] {
      let root = try JSONDocument.parse(Array(json.utf8)[...]).root
      return try #require(root["ledger"]?["outstanding"]).members.map { $0.name.string ?? "" }
    }
    let old = Self.report(nil).json
    #expect(try members(old) == members(Self.report(Self.sessions).json))
    #expect(old.contains(#""byStatus":{"ACCEPTED":null,"#) && old.contains(#""byAge":null"#) && old.contains(#""quotaMembers":null"#))
  }
}
