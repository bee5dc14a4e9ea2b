/// A rebalance is taking partitions away: their records in flight are waited for, then committed, then fenced.
struct Revocation {
  let places: [PartitionOffset]
  let isCooperative: Bool
  /// When to stop waiting for records in flight.
  let deadline: ContinuousClock.Instant
  /// When to stop waiting for the commit of what is finished; nil while records are still waited for.
  var commitDeadline: ContinuousClock.Instant?

  var partitions: [TopicPartition] { places.map(\.partition) }
  var nextDeadline: ContinuousClock.Instant { commitDeadline ?? deadline }
}
