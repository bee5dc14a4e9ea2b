import Kafka

/// What part of a topic's partitions is assigned to this process. Pure.
///
/// Conservative while a rebalance is under way: partitions that go count at once, those that come only when the topic's partitions have been counted again. A
/// topic that has grown is divided anew by the group; measured by the old number, the parts of all members would add up to more than 1.
struct PartitionShare: Sendable, Equatable {
  /// The part, 0 to 1.
  private(set) var fraction = 0.0
  private var count: Int
  private var assigned: Set<TopicPartition> = []

  /// Nothing, of a topic with so many partitions.
  init(count: Int) { self.count = max(count, 1) }

  /// Takes a rebalance's step. Partitions that are being revoked are still ours: their records in flight are to be finished.
  mutating func take(_ event: PartitionEvent) {
    switch event.kind {
    case .assigned: assigned.formUnion(event.partitions)
    case .revoking: return
    case .revoked, .lost: assigned.subtract(event.partitions)
    }
    fraction = min(fraction, measured)
  }

  /// Takes the topic's number of partitions, asked for after the last assignment.
  mutating func recount(_ count: Int?) {
    if let count, count > 0 { self.count = count }
    fraction = measured
  }

  private var measured: Double { min(1, Double(assigned.count) / Double(count)) }
}
