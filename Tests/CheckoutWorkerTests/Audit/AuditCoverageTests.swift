import CheckoutSession
import Kafka
import Testing

@testable import CheckoutWorker

/// From when on the topics tell everything, with and without a beginning that was left out because `--since` does not need it.
struct AuditCoverageTests {
  private let names = AuditTopicNames(requests: "requests", replies: "replies", status: "status", deadLetters: "dlq")
  private let startedAt = Timestamp(millisecondsSinceEpoch: 10_000_000)
  private let since = Timestamp(millisecondsSinceEpoch: 5_000_000)
  private let replies = TopicPartition(topic: "replies", partition: 0)

  private func repliesFrom(
    held: Range<Int64>, begin: Int64, first: (offset: Int64, at: Timestamp)?, since: Timestamp? = nil
  ) -> Timestamp? {
    var stretches = AuditStretches()
    stretches.add(replies, held: held, begin: begin)
    let extents = first.map { [replies: AuditTopicReader.Extent(first: $0)] } ?? [:]
    return AuditCoverage(
      names: names, range: AuditRange(since: since), stretches: stretches, extents: extents, startedAt: startedAt
    ).repliesFrom
  }

  @Test func aWholeTopicTellsEverything() {
    #expect(repliesFrom(held: 0..<9, begin: 0, first: (0, Timestamp(millisecondsSinceEpoch: 1))) == nil)
    #expect(repliesFrom(held: 0..<0, begin: 0, first: nil) == nil)
  }

  @Test func whatRetentionRemovedIsNotTold() {
    let at = Timestamp(millisecondsSinceEpoch: 7_000_000)
    #expect(repliesFrom(held: 5..<9, begin: 5, first: (5, at)) == at)
    #expect(repliesFrom(held: 5..<9, begin: 5, first: (5, at), since: since) == at)
    // Nothing is left of what it held.
    #expect(repliesFrom(held: 9..<9, begin: 9, first: nil) == startedAt)
    #expect(repliesFrom(held: 9..<9, begin: 9, first: nil, since: since) == startedAt)
  }

  @Test func aBeginningThatWasLeftOutCountsFromTheRangeOnAndNotFromTheFirstRecordRead() {
    let from = since - AuditRange.clockTolerance
    let at = Timestamp(millisecondsSinceEpoch: 7_000_000)
    #expect(repliesFrom(held: 0..<9, begin: 4, first: (4, at), since: since) == from)
    #expect(repliesFrom(held: 2..<9, begin: 4, first: (4, at), since: since) == from)
    // Nothing was written since: nothing is missing either.
    #expect(repliesFrom(held: 0..<9, begin: 9, first: nil, since: since) == from)
  }

  @Test func stretches() {
    var stretches = AuditStretches()
    stretches.add(replies, held: 3..<9, begin: 5)
    stretches.add(TopicPartition(topic: "replies", partition: 1), held: 3..<9, begin: 0)
    stretches.add(TopicPartition(topic: "replies", partition: 2), held: 3..<9, begin: 9)
    stretches.add(TopicPartition(topic: "replies", partition: 3), held: 4..<4, begin: 4)
    #expect(stretches.begins == [replies: 5, TopicPartition(topic: "replies", partition: 1): 3])
    #expect(stretches.shortened.map(\.partition).sorted() == [0, 2])
    #expect(stretches.ends.values.sorted() == [4, 9, 9, 9])
    #expect(stretches.ranges.recordsMax == 10)
  }
}
