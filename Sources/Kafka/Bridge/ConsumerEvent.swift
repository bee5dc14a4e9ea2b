/// What came out of the consumer's event queue.
enum ConsumerEvent {
  case assign([PartitionOffset])
  case revoke([PartitionOffset])
  /// A commit's result: an error for all, or one for each place.
  case committed(error: KafkaError?, places: [(place: PartitionOffset, error: KafkaError?)])
  case error(KafkaError)
  case statistics(StatisticsSummary)
  case other
}
