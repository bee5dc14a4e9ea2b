import CKafka

/// librdkafka's list of partitions, alive for the length of a call.
enum PartitionList {
  /// Calls `body` with a list of these places.
  static func with<Value>(_ places: [PartitionOffset], _ body: (OpaquePointer) -> Value) -> Value {
    guard let list = ck_partitions_new(places.count) else { preconditionFailure("librdkafka aborts by itself when memory runs out") }
    defer { ck_partitions_destroy(list) }
    for place in places { ck_partitions_add(list, place.partition.topic, place.partition.partition, place.offset) }
    return body(list)
  }

  /// Reads a list: each place with its own error, if it has one.
  static func read(_ list: OpaquePointer?) -> [(place: PartitionOffset, error: KafkaError?)] {
    guard let list else { return [] }
    return (0..<ck_partitions_count(list)).map { index in
      var (partition, offset, number) = (Int32(0), Int64(0), Int32(0))
      let topic = ck_partitions_get(list, index, &partition, &offset, &number).map { String(cString: $0) } ?? ""
      let place = PartitionOffset(TopicPartition(topic: topic, partition: partition), offset: offset)
      return (place, KafkaError(number: number, topic: topic, partition: partition))
    }
  }
}
