import Records

/// How far the consumer is from where it is to stop. Pure, but for looking at the assignment.
struct StopProgress {
  let condition: KafkaConsumerConfiguration.StopCondition
  /// The ends found at the start.
  var endOffsets: [TopicPartition: Int64] = [:]
  /// Records handed out.
  var deliveredCount = 0
  private var reached: Set<TopicPartition> = []

  init(_ condition: KafkaConsumerConfiguration.StopCondition) { self.condition = condition }

  /// Records from this offset on are not handed out. Partitions that did not exist at the start have nothing to hand out.
  func endOffset(of partition: TopicPartition) -> Int64 {
    condition.atEndOffsets ? endOffsets[partition] ?? 0 : .max
  }

  /// Everything up to and including `offset` has been seen.
  mutating func pass(_ partition: TopicPartition, offset: Int64) {
    if condition.atEndOffsets, offset + 1 >= endOffset(of: partition) { reached.insert(partition) }
  }

  /// The partition holds nothing more before `place`: compaction and control records leave ends that no record stands at.
  mutating func reachEnd(_ place: PartitionOffset) {
    if condition.atEndOffsets, place.offset >= endOffset(of: place.partition) { reached.insert(place.partition) }
  }

  /// An assignment ended: if the partition comes back, it starts again from what was committed.
  mutating func forget(_ partitions: [TopicPartition]) { reached.subtract(partitions) }

  /// Limits that do not go beyond the number of records to stop after.
  func narrowed(_ limits: BatchLimits) -> BatchLimits {
    guard let recordsMax = condition.recordsMax else { return limits }
    var limits = limits
    limits.recordsMax = min(limits.recordsMax, max(1, recordsMax - deliveredCount))
    return limits
  }

  /// Whether everything to be handed out has been.
  func isReached(shared: ConsumerShared, isRebalancing: Bool) -> Bool {
    if let recordsMax = condition.recordsMax, deliveredCount >= recordsMax { return true }
    guard condition.atEndOffsets, !isRebalancing else { return false }
    return shared.withState { state in
      state.health.hasBeenAssigned
        && state.tracker.partitions.keys.allSatisfy { reached.contains($0) || endOffset(of: $0) == 0 }
    }
  }
}
