import CheckoutSession
import Ledger
import Testing

@testable import CheckoutWorker
@testable import Kafka

@Suite("The report of status")
struct StatusReportTests {
  private static let now = Timestamp(millisecondsSinceEpoch: 1_800_000_000_000)

  private static func ago(_ seconds: Int64) -> Timestamp { now - .seconds(seconds) }

  private static let statistics = LedgerStatistics(
    identities: 12_345, decisions: [.created: 12_000, .rejected: 300, .expired: 40, .failed: 5],
    undecided: .init(count: 3, oldest: ago(90)),
    inDoubt: 1, unpublished: .init(count: 2, oldest: ago(30)),
    liveSessions: [
      .init(ageFrom: .seconds(0), ageBelow: .seconds(60), count: 7), .init(ageFrom: .seconds(60), ageBelow: .seconds(300), count: 9),
    ],
    inDoubtClaimsTotal: 4, publishedTotal: 12_340, lastPublishedAt: ago(1), fileBytes: 3 << 20)

  private static func partition(
    _ number: Int32, committed: Int64?, end: Int64, oldest: PartitionLag.OldestRecord? = nil, isReadToEnd: Bool = true
  ) -> PartitionLag {
    PartitionLag(
      partition: TopicPartition(topic: "t", partition: number), committed: committed, end: end, oldest: oldest, isReadToEnd: isReadToEnd)
  }

  private static func report(ledger: LedgerStatus.State = .ok, failure: KafkaError? = nil) -> StatusReport {
    let oldest = PartitionLag.OldestRecord(offset: 90, timestampMilliseconds: ago(200).millisecondsSinceEpoch)
    return StatusReport(
      at: now, ledger: LedgerStatus(location: "l.sqlite", state: ledger, statistics: ledger == .ok ? statistics : nil),
      group: GroupStatus(
        bootstrapServers: "b:9092", group: "g", topic: "t",
        partitions: failure == nil ? [partition(0, committed: 90, end: 1100, oldest: oldest), partition(1, committed: 5, end: 5)] : nil,
        failure: failure))
  }

  @Test(
    "lag",
    arguments: [
      (partition(0, committed: 5, end: 10), 0),  // read to the end and found nothing: transaction markers or compaction
      (partition(0, committed: 5, end: 10, oldest: .init(offset: 5, timestampMilliseconds: 1)), 5),
      (partition(0, committed: 5, end: 10, oldest: .init(offset: 8, timestampMilliseconds: 1)), 2),  // older ones were deleted
      (partition(0, committed: nil, end: 10, oldest: .init(offset: 4, timestampMilliseconds: 1)), 6),
      (partition(0, committed: nil, end: 10), 0), (partition(0, committed: 5, end: 10, isReadToEnd: false), 5),
      (partition(0, committed: nil, end: 10, isReadToEnd: false), nil), (partition(0, committed: 12, end: 10, isReadToEnd: false), 0),
    ] as [(PartitionLag, Int64?)])
  func lag(_ partition: PartitionLag, _ lag: Int64?) {
    #expect(partition.lag == lag)
  }

  @Test("where to look for the oldest record")
  func places() {
    let partitions = (0..<4).map { TopicPartition(topic: "t", partition: $0) }
    let offsets = GroupOffsets(
      committed: [partitions[0]: 5, partitions[1]: 10], ends: [partitions[0]: 10, partitions[1]: 10, partitions[2]: 3, partitions[3]: 0])
    #expect(
      GroupStatus.places(partitions, offsets)
        == [PartitionOffset(partitions[0], offset: 5), PartitionOffset(partitions[2], offset: PartitionOffset.beginning)])
  }

  @Test("the oldest unanswered request is the older of the ledger's and the topic's")
  func oldest() {
    var report = Self.report()
    #expect(report.oldestUnanswered == Self.ago(200))
    report.group.partitions = []
    #expect(report.oldestUnanswered == Self.ago(90))
    report.ledger.statistics?.undecided = .init(count: 0, oldest: nil)
    #expect(report.oldestUnanswered == Self.ago(30))
    report.ledger.statistics?.unpublished = .init(count: 0, oldest: nil)
    #expect(report.oldestUnanswered == nil)
    #expect(report.text.contains("none waits"))
  }

  @Test("requests that were taken and are held are said first")
  func held() {
    var report = Self.report()
    #expect(!report.findings.contains { $0.code == .requestsHeld })
    report.ledger.statistics?.undecided = .init(count: 1, oldest: Self.ago(301))
    #expect(report.findings.map(\.code) == [.requestsHeld])
    #expect(report.text.hasPrefix("NEEDS ATTENTION\n  - 1 request is taken and not answered, the oldest for 5 min"), "\(report.text)")
  }

  @Test("JSON: all of it")
  func json() {
    let expected = """
      {"at":"\(Self.now.rfc3339)","findings":[],"oldestUnanswered":{"at":"\(Self.ago(200).rfc3339)","ageSeconds":200},
      "ledger":{"location":"l.sqlite","state":"ok","reason":null,"identities":12345,
      "decisions":{"CREATED":12000,"REJECTED":300,"EXPIRED":40,"FAILED":5},
      "undecided":{"count":3,"oldestAt":"\(Self.ago(90).rfc3339)"},"inDoubt":1,"unpublished":{"count":2,"oldestAt":"\(Self.ago(30).rfc3339)"},
      "liveSessions":[{"ageFromSeconds":0,"ageBelowSeconds":60,"count":7},{"ageFromSeconds":60,"ageBelowSeconds":300,"count":9}],
      "inDoubtClaimsTotal":4,"publishedTotal":12340,"lastPublishedAt":"\(Self.ago(1).rfc3339)","fileBytes":3145728,
      "outstanding":{"count":null,"unresolved":null,"overdue":null,"longOverdue":null,"due":null,"oldestDueAt":null,"leased":null,"oldestAt":null,
      "byStatus":{"ACCEPTED":null,"CREATED":null,"UNRESOLVED":null,"COMPLETED":null,"FAILED":null,"CANCELED":null,"TIMED_OUT":null,"NOT_FOUND":null},
      "byAge":null,"pollsLastMinute":null,"pollsTotal":null,"unpublishedEvents":{"count":null,"oldestAt":null},"publishedEventsTotal":null,
      "endedTotal":{"COMPLETED":null,"FAILED":null,"CANCELED":null,"TIMED_OUT":null,"NOT_FOUND":null}},"quotaMembers":null},
      "kafka":{"bootstrapServers":"b:9092","group":"g","topic":"t","state":"ok","reason":null,"lag":1010,
      "oldestUncommittedAt":"\(Self.ago(200).rfc3339)","partitions":[{"partition":0,"committed":90,"end":1100,"lag":1010},
      {"partition":1,"committed":5,"end":5,"lag":0}]}}
      """
    #expect(Self.report().json == expected.split(separator: "\n").joined())
  }

  @Test("JSON has the same members when nothing is known", arguments: [LedgerStatus.State.absent, .empty, .memory, .unreadable])
  func jsonUnknown(_ state: LedgerStatus.State) throws {
    let unknown = Self.report(ledger: state, failure: KafkaError(code: .unreachable, message: "no broker"))
    func names(_ text: String, _ path: String...) throws -> [String] {
      let root = try JSONDocument.parse(Array(text.utf8)[...]).root
      let value = try path.reduce(root) { value, name in try #require(value[name]) }
      return value.members.map { $0.name.string ?? "" }
    }
    for part in [[], ["ledger"], ["kafka"], ["oldestUnanswered"]] as [[String]] {
      let whole = Self.report().json
      if let first = part.first {
        #expect(try names(unknown.json, first) == names(whole, first))
      } else {
        #expect(try names(unknown.json) == names(whole))
      }
    }
    #expect(try names(unknown.json, "ledger", "decisions") == ["CREATED", "REJECTED", "EXPIRED", "FAILED"])
    let root = try JSONDocument.parse(Array(unknown.json.utf8)[...]).root
    #expect(root["ledger"]?["state"]?.string == state.rawValue)
    #expect(root["ledger"]?["identities"]?.isNull == true)
    #expect(root["kafka"]?["lag"]?.isNull == true)
    #expect(root["kafka"]?["reason"]?.string == "no broker (UNREACHABLE)")
    #expect(root["oldestUnanswered"]?["ageSeconds"]?.isNull == true)
  }

  @Test("text for people")
  func text() {
    let text = Self.report().text
    for line in [
      "oldest unanswered request  3 min 20 s (since ", "ledger l.sqlite (3.0 MiB)", "  requests known       12,345",
      "  being worked on      3, the oldest for 1 min 30 s", "    of these in doubt  1", "  not yet published    2, the oldest for 30 s",
      "  published            12,340, the last 1.0 s ago", "  REJECTED       300", "  1 to 5 min                   9", "group g in t",
      "          0         90  1,100  1,010", "        all                    1,010",
    ] {
      #expect(text.contains(line), "\(line) not in\n\(text)")
    }
  }

  @Test("exit codes")
  func exitCodes() {
    let down = KafkaError(code: .unreachable, message: "no broker")
    #expect(Self.report().status == .done)
    #expect(Self.report(ledger: .absent).status == .done)
    #expect(Self.report(failure: down).status == .tryAgainLater)
    #expect(Self.report(ledger: .unreadable).status == .failed)
    #expect(Self.report(ledger: .unreadable, failure: down).status == .failed)
    #expect(Self.report(failure: KafkaError(code: .authentication, message: "no")).status == .refused)
  }

  @Test(
    "numbers as people read them",
    arguments: [
      (HumanText.number(0), "0"), (HumanText.number(999), "999"), (HumanText.number(1000), "1,000"),
      (HumanText.number(-1_234_567), "-1,234,567"),
      (HumanText.count(1, "request"), "1 request"), (HumanText.count(2000, "request"), "2,000 requests"),
      (HumanText.count(2, "is", "are"), "2 are"), (HumanText.duration(.milliseconds(449)), "0.4 s"),
      (HumanText.duration(.seconds(12)), "12 s"),
      (HumanText.duration(.seconds(185)), "3 min 5 s"), (HumanText.duration(.seconds(7860)), "2 h 11 min"),
      (HumanText.duration(.seconds(90_000)), "1 d 1 h"), (HumanText.duration(.seconds(-5)), "0.0 s"), (HumanText.bytes(1023), "1023 B"),
      (HumanText.bytes(1536), "1.5 KiB"), (HumanText.bytes(5 << 30), "5.0 GiB"), (HumanText.bytes(5000 << 30), "5,000.0 GiB"),
    ])
  func human(_ text: String, _ expected: String) {
    #expect(text == expected)
  }
}
