/// What is handed out, finished and committed, for each partition and assignment epoch. Pure: the consumer's thread and the
/// stages meet in it under one lock.
///
/// Why epochs: an open defect of librdkafka (fact 9) commits offsets of partitions no longer owned. Here a record carries the
/// number of the assignment that delivered it; finishing it after that assignment ended changes nothing and is counted.
struct OffsetTracker {
  /// An offset to commit, and the assignment it belongs to.
  struct Commit: Hashable {
    var partition: TopicPartition
    var epoch: UInt64
    var offset: Int64
  }

  private(set) var partitions: [TopicPartition: PartitionProgress] = [:]
  /// Finished records whose assignment had ended, or that were finished before: they change nothing.
  private(set) var ignoredFinishesCount = 0
  private var lastEpoch: UInt64 = 0

  /// Records handed out and not finished, over all partitions.
  var unfinishedCount: Int { partitions.values.reduce(0) { $0 + $1.unfinishedCount } }

  /// Starts a new epoch for each of the partitions.
  mutating func assign(_ assigned: [TopicPartition]) {
    for partition in assigned {
      lastEpoch += 1
      partitions[partition] = PartitionProgress(epoch: lastEpoch)
    }
  }

  /// Begins a new epoch for a partition whose offsets went back: its topic was made anew, or an unclean leader lost its end. What is in flight of the old
  /// epoch is not committed any more; the records are delivered again, which the ledger makes harmless. Dropping them would lose requests.
  mutating func restart(_ partition: TopicPartition) {
    guard partitions[partition]?.phase == .active else { return }
    lastEpoch += 1
    partitions[partition] = PartitionProgress(epoch: lastEpoch)
  }

  /// Hands out no more records of these partitions; those in flight can still be finished and committed.
  mutating func revoke(_ revoked: some Sequence<TopicPartition>) {
    for partition in revoked { partitions[partition]?.phase = .revoking }
  }

  /// Ends the epochs of these partitions: nothing of them is committed any more. Returns how many records were in flight.
  mutating func fence(_ fenced: some Sequence<TopicPartition>) -> Int {
    fenced.reduce(0) { $0 + (partitions.removeValue(forKey: $1)?.unfinishedCount ?? 0) }
  }

  /// Records in flight of these partitions.
  func unfinishedCount(of some: some Sequence<TopicPartition>) -> Int {
    some.reduce(0) { $0 + (partitions[$1]?.unfinishedCount ?? 0) }
  }

  /// Gives `body` one partition's progress to change in place; nil if the partition is not assigned.
  mutating func withProgress<Value>(of partition: TopicPartition, _ body: (inout PartitionProgress) -> Value) -> Value? {
    guard let index = partitions.index(forKey: partition) else { return nil }
    return body(&partitions.values[index])
  }

  /// Marks records of one partition and epoch finished.
  mutating func finish(_ partition: TopicPartition, epoch: UInt64, offsets: some Sequence<Int64>) {
    var ignored = 0
    let isCurrent =
      withProgress(of: partition) { progress in
        guard progress.epoch == epoch else { return false }
        for offset in offsets where !progress.finish(offset) { ignored += 1 }
        return true
      } ?? false
    ignoredFinishesCount += isCurrent ? ignored : offsets.reduce(0) { count, _ in count + 1 }
  }

  /// Everything that could be committed now, of all partitions or of some.
  func commits(of some: Set<TopicPartition>? = nil) -> [Commit] {
    partitions.compactMap { partition, progress in
      guard some?.contains(partition) ?? true, let offset = progress.committable else { return nil }
      return Commit(partition: partition, epoch: progress.epoch, offset: offset)
    }
  }

  /// Notes that the broker has confirmed a commit, unless its epoch has ended meanwhile.
  mutating func confirm(_ commit: Commit) {
    _ = withProgress(of: commit.partition) { progress in
      if progress.epoch == commit.epoch { progress.confirm(commit.offset) }
    }
  }
}
