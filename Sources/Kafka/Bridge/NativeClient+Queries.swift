import CKafka

/// Questions to the brokers. They block for up to their time-out, so only on a thread of our own.
extension NativeClient {
  /// What the brokers say of one topic, or of all of them.
  func metadata(topic: String?, timeout: Duration) -> Result<ClusterMetadata, KafkaError> {
    call { client in
      var raw: OpaquePointer?
      let number = ck_metadata_get(client, topic, timeout.milliseconds, &raw)
      guard let raw else {
        return .failure(KafkaError(number: number, topic: topic) ?? KafkaError(code: .timedOut, message: "no metadata", topic: topic))
      }
      defer { ck_metadata_destroy(raw) }
      return .success(ClusterMetadata(reading: raw))
    }
  }

  /// What the brokers say of several topics. One question each: asking for all topics of a cluster may bring thousands.
  func metadata(topics: [String], timeout: Duration) -> Result<ClusterMetadata, KafkaError> {
    Result { () throws(KafkaError) in
      var all = ClusterMetadata(brokers: [], topics: [])
      for topic in topics {
        let one = try metadata(topic: topic, timeout: timeout).get()
        all.brokers = one.brokers
        all.topics += one.topics
      }
      return all
    }
  }

  /// The first and the end offset of a partition.
  func watermarks(of partition: TopicPartition, timeout: Duration) -> Result<(low: Int64, high: Int64), KafkaError> {
    call { client in
      var (low, high) = (Int64(0), Int64(0))
      let number = ck_watermarks_query(client, partition.topic, partition.partition, &low, &high, timeout.milliseconds)
      if let error = KafkaError(number: number, topic: partition.topic, partition: partition.partition) { return .failure(error) }
      return .success((low, high))
    }
  }

  /// The first and the end offset of each of these partitions.
  func bounds(of partitions: [TopicPartition], timeout: Duration) -> Result<[TopicPartition: Range<Int64>], KafkaError> {
    Result { () throws(KafkaError) in
      var bounds: [TopicPartition: Range<Int64>] = [:]
      for partition in partitions {
        let (low, high) = try watermarks(of: partition, timeout: timeout).get()
        bounds[partition] = low..<max(low, high)
      }
      return bounds
    }
  }

  /// The first offset of each of these partitions whose record is of that time or later; those without one are left out.
  func offsets(
    since milliseconds: Int64, of partitions: [TopicPartition], timeout: Duration
  ) -> Result<[TopicPartition: Int64], KafkaError> {
    guard !partitions.isEmpty else { return .success([:]) }
    return call { client in
      PartitionList.with(partitions.map { PartitionOffset($0, offset: milliseconds) }) { list in
        if let error = KafkaError(number: ck_offsets_for_times(client, list, timeout.milliseconds)) { return .failure(error) }
        return Self.offsets(in: list)
      }
    }
  }

  /// What the group has committed; partitions without a commit are left out.
  func committed(_ partitions: [TopicPartition], timeout: Duration) -> Result<[TopicPartition: Int64], KafkaError> {
    call { client in
      PartitionList.with(partitions.map { PartitionOffset($0, offset: PartitionOffset.committed) }) { list in
        if let error = KafkaError(number: ck_committed(client, list, timeout.milliseconds)) { return .failure(error) }
        return Self.offsets(in: list)
      }
    }
  }

  /// The offsets that an answer names, or the first error in it.
  private static func offsets(in list: OpaquePointer) -> Result<[TopicPartition: Int64], KafkaError> {
    var found: [TopicPartition: Int64] = [:]
    for (place, error) in PartitionList.read(list) {
      if let error { return .failure(error) }
      if place.offset >= 0 { found[place.partition] = place.offset }
    }
    return .success(found)
  }
}

extension ClusterMetadata {
  /// Copies librdkafka's answer.
  fileprivate init(reading raw: OpaquePointer) {
    self.init(brokers: [], topics: [])
    for index in 0..<ck_metadata_brokers_count(raw) {
      var (id, port) = (Int32(0), Int32(0))
      guard let host = ck_metadata_broker(raw, index, &id, &port) else { continue }
      brokers.append(Broker(id: id, host: String(cString: host), port: Int(port)))
    }
    for index in 0..<ck_metadata_topics_count(raw) {
      var (number, count) = (Int32(0), 0)
      guard let name = ck_metadata_topic(raw, index, &number, &count) else { continue }
      let topic = String(cString: name)
      let partitions = (0..<count).map { partition in
        let found = ck_metadata_partition(raw, index, partition)
        return Partition(
          id: found.id, leader: found.leader >= 0 ? found.leader : nil, replicasCount: found.replicas_count,
          inSyncCount: found.in_sync_count, error: KafkaError(number: found.code, topic: topic, partition: found.id))
      }
      topics.append(Topic(name: topic, partitions: partitions, error: KafkaError(number: number, topic: topic)))
    }
  }
}
