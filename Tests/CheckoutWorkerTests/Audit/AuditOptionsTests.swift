import CheckoutSession
import Testing

@testable import CheckoutWorker

@Suite("audit: what its options accept")
struct AuditOptionsTests {
  private static let now = Timestamp(millisecondsSinceEpoch: 1_800_000_000_000)

  @Test(
    "moments",
    arguments: [
      ("2h", now - .seconds(7200)), ("90s", now - .seconds(90)), ("2027-01-15T08:00:00Z", now), ("yesterday", nil), ("2", nil), ("", nil),
    ] as [(String, Timestamp?)])
  func moments(text: String, moment: Timestamp?) {
    #expect(AuditRange.moment(text, now: Self.now) == moment)
    var options = AuditOptions()
    options.since = text
    #expect((options.objection == nil) == (moment != nil))
    #expect(moment != nil || options.objection?.hasPrefix("--since") == true)
  }

  @Test(
    "offsets",
    arguments: [
      ("0:15", [0: 15]), ("0:15,1:0", [0: 15, 1: 0]), ("0", nil), ("0:1,0:2", nil), ("-1:5", nil), ("0:-5", nil), ("0:1,", nil), ("", nil),
    ] as [(String, [Int32: Int64]?)])
  func offsets(text: String, offsets: [Int32: Int64]?) {
    #expect(AuditRange.offsets(text) == offsets)
    var options = AuditOptions()
    options.toOffsets = text
    #expect((options.objection == nil) == (offsets != nil))
  }

  @Test("offsets of a partition that the topic does not have are refused, not passed over")
  func unknownPartition() {
    let objection = { (range: AuditRange) in range.objection(topic: "requests", partitions: [0, 1]) }
    #expect(objection(AuditRange(fromOffsets: [0: 5], toOffsets: [1: 8])) == nil)
    #expect(objection(AuditRange(fromOffsets: [7: 5])) == "--from-offsets: requests has no partition 7")
    #expect(objection(AuditRange(toOffsets: [2: 5])) == "--to-offsets: requests has no partition 2")
  }

  @Test("what a range contains")
  func contains() {
    let range = AuditRange(since: Self.now, until: Self.now + .seconds(10), fromOffsets: [0: 5], toOffsets: [0: 8])
    #expect(range.contains(partition: 0, offset: 5, at: Self.now))
    #expect(!range.contains(partition: 0, offset: 4, at: Self.now) && !range.contains(partition: 0, offset: 8, at: Self.now))
    #expect(range.contains(partition: 1, offset: 100, at: Self.now + .seconds(9)))
    #expect(!range.contains(partition: 1, offset: 0, at: Self.now - .milliseconds(1)))
    #expect(!range.contains(partition: 1, offset: 0, at: Self.now + .seconds(10)))
    #expect(range.answersFrom == Self.now - .seconds(300))
  }
}
