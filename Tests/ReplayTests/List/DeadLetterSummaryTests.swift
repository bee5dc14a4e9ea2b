import CheckoutSession
import Testing

@testable import Replay

/// Groups, their bounds, and what can be done about them.
struct DeadLetterSummaryTests {
  private typealias Fixture = LetterFixture

  @Test func groupsByAllPartsAndAddsUp() throws {
    var summary = DeadLetterSummary(attemptsMax: 3)
    let hour: Int64 = 1_900_000_800_000  // 2030-03-17T18:00:00Z
    summary.add(
      [
        Fixture.letter(offset: 1, at: hour), Fixture.letter(offset: 2, at: hour + 3_599_999),
        Fixture.letter(offset: 3, at: hour + 3_600_000),
        Fixture.letter(merchant: "m-2", offset: 4, at: hour), Fixture.letter(mode: nil, offset: 5, at: hour),
      ], areReplayed: [false, true, false, false, false])
    #expect(summary.count == 5)
    #expect(summary.replayedCount == 1)
    #expect(summary.groups.count == 4)
    let ordered = summary.ordered
    // The cause with the most letters first, its hours in order.
    #expect(ordered.map { $0.group.count } == [2, 1, 1, 1])
    #expect(ordered[0].key.hour == Timestamp(millisecondsSinceEpoch: hour))
    #expect(ordered[1].key.hour == Timestamp(millisecondsSinceEpoch: hour + 3_600_000))
    #expect(ordered[1].key.merchantID == "m-1")
    let first = ordered[0].group
    #expect(first.replayedCount == 1)
    #expect(first.oldest == Timestamp(millisecondsSinceEpoch: hour))
    #expect(first.newest == Timestamp(millisecondsSinceEpoch: hour + 3_599_999))
    // The newest of those that are open.
    #expect(first.example.place.offset == 1)
    #expect(summary.openProspects == [.yes: 4])
  }

  @Test func groupsByLess() {
    var summary = DeadLetterSummary(by: [.code], attemptsMax: 3)
    summary.add([Fixture.letter(merchant: "a"), Fixture.letter(merchant: "b"), Fixture.letter(code: "X")], areReplayed: nil)
    #expect(summary.ordered.map { "\($0.key.code ?? "") \($0.group.count)" } == ["GATEWAY_ERROR 2", "X 1"])
    #expect(summary.ordered[0].key.errorClass == nil)
    #expect(summary.ordered[0].group.replayedCount == nil)
  }

  @Test func thereIsABoundOnGroupsAndNothingIsLost() {
    var summary = DeadLetterSummary(by: [.merchant], attemptsMax: 3, groupsMax: 3)
    for number in 0..<10 { summary.add([Fixture.letter(merchant: "m-\(number)")], areReplayed: [number >= 5]) }
    summary.add([Fixture.letter(merchant: "m-0")], areReplayed: [false])
    #expect(summary.groups.count == 3)
    #expect(summary.others?.count == 7)
    #expect(summary.others?.replayedCount == 5)
    #expect(summary.groups.values.reduce(0) { $0 + $1.count } + 7 == summary.count)
  }

  @Test func theExampleIsTheNewestOpenOne() {
    var summary = DeadLetterSummary(by: [], attemptsMax: 3)
    summary.add(
      [
        Fixture.letter(offset: 1, at: 10), Fixture.letter(offset: 2, at: 30), Fixture.letter(offset: 3, at: 20),
        Fixture.letter(offset: 4, at: 5),
      ],
      areReplayed: [true, true, false, false])
    #expect(summary.ordered.first?.group.example.place.offset == 3)
  }

  @Test(
    arguments: [
      ("GATEWAY_ERROR", "transient", nil, .yes), ("TOKEN_UNAVAILABLE", "transient", nil, .yes),
      ("UNKNOWN_MERCHANT", "configuration", nil, .afterConfiguration), ("UNKNOWN_MERCHANT", "permanent", nil, .afterConfiguration),
      ("REPLY_TOPIC_NOT_ALLOWED", "permanent", nil, .afterConfiguration), ("INVALID_REQUEST", "permanent", nil, .ifEdited),
      ("UNPROCESSABLE_ENTITY", "permanent", nil, .ifEdited), ("IDEMPOTENCY_CONFLICT", "permanent", nil, .no),
      ("INVALID_HEADER", "permanent", nil, .no), ("INVALID_JSON", "permanent", nil, .no), ("GATEWAY_ERROR", "transient", "redacted", .no),
    ] as [(String, String, String?, ReplayProspect)])
  func prospects(code: String, errorClass: String, payload: String?, prospect: ReplayProspect) {
    #expect(ReplayProspect(of: Fixture.letter(code: code, class: errorClass, payload: payload), attemptsMax: 3) == prospect)
  }

  @Test func prospectsOfForeignRecords() {
    #expect(ReplayProspect(of: Fixture.parse(Fixture.record([])), attemptsMax: 3) == .no)
    #expect(ReplayProspect(of: Fixture.parse(Fixture.record(Fixture.origin)), attemptsMax: 3) == .unknown)
  }

  @Test func whoWasReplayedOftenEnoughIsCountedApart() throws {
    var summary = DeadLetterSummary(by: [], attemptsMax: 3)
    summary.add((0...4).map { Fixture.letter(replayCount: $0) }, areReplayed: [false, false, false, false, true])
    summary.add([Fixture.letter(code: "INVALID_JSON", class: "permanent", replayCount: 9)], areReplayed: [false])
    let group = try #require(summary.ordered.first?.group)
    #expect(group.prospects == [.yes: 3, .overLimit: 2, .no: 1])
    #expect(summary.openProspects == [.yes: 3, .overLimit: 1, .no: 1])
  }

  @Test func anHourHoldsItsFirstAndItsLastMillisecond() {
    var summary = DeadLetterSummary(by: [.hour], attemptsMax: 3)
    summary.add([Fixture.letter(at: 0), Fixture.letter(at: 3_599_999)], areReplayed: nil)
    #expect(summary.groups.count == 1)
    #expect(DeadLetterGroupKey(Fixture.letter(at: 0), by: [.hour]).hour == Timestamp(millisecondsSinceEpoch: 0))
  }
}
