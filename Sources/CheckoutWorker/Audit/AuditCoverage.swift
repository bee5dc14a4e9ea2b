import CheckoutSession
import Kafka

/// From when on the topics hold everything that was ever written, as far as the first records left in them tell.
struct AuditCoverage: Sendable {
  /// Nil: from the beginning.
  private(set) var repliesFrom: Timestamp?
  /// Nil: from the beginning.
  private(set) var deadLettersFrom: Timestamp?
  /// Nil: from the beginning.
  private(set) var eventsFrom: Timestamp?
  /// Offsets of the request topic that were read whole; none for a range of time, which has holes.
  private(set) var requests: [Int32: Range<Int64>] = [:]

  init(
    names: AuditTopicNames, range: AuditRange, stretches: AuditStretches, extents: [TopicPartition: AuditTopicReader.Extent],
    startedAt: Timestamp
  ) {
    func begin(of topics: [String]) -> Timestamp? {
      let begins = stretches.ends.compactMap { partition, end -> Timestamp? in
        guard topics.contains(partition.topic), end > 0 else { return nil }
        // What stands before the first record that was read is there, and older than the range needs: the range says from when on all was read.
        guard !stretches.shortened.contains(partition) else { return nil }
        // Everything that was ever in it is gone.
        guard let first = extents[partition]?.first else { return startedAt }
        return first.offset > 0 ? first.at : nil
      }
      return (begins + [range.answersFrom].compactMap(\.self)).max()
    }
    repliesFrom = begin(of: names.allReplies)
    deadLettersFrom = begin(of: [names.deadLetters])
    eventsFrom = begin(of: [names.status])
    guard range.since == nil, range.until == nil else { return }
    for (partition, end) in stretches.ends where partition.topic == names.requests {
      guard let first = extents[partition]?.first else { continue }
      let from = max(first.offset, range.fromOffsets[partition.partition] ?? 0)
      let to = min(end, range.toOffsets[partition.partition] ?? end)
      if from < to { requests[partition.partition] = from..<to }
    }
  }
}
