/// Questions to the brokers. Each takes a thread for its time, so they are not for hot paths.
extension KafkaConsumer {
  /// What the group has committed for these partitions (nil: the assigned ones); those without a commit are left out.
  public func committed(_ partitions: [TopicPartition]? = nil, timeout: Duration = .seconds(10)) async throws(KafkaError)
    -> [TopicPartition: Int64]
  {
    let partitions = partitions ?? health.assignedPartitions
    return try await NativeThread.call(name: "kafka-query") { [client] in client.committed(partitions, timeout: timeout) }
  }

  /// The end offset of every partition of a topic.
  public func endOffsets(_ topic: String, timeout: Duration = .seconds(10)) async throws(KafkaError) -> [TopicPartition: Int64] {
    try await NativeThread.call(name: "kafka-query") { [client] in
      Result { () throws(KafkaError) in
        var ends: [TopicPartition: Int64] = [:]
        for partition in try client.metadata(topic: topic, timeout: timeout).get().partitions(of: topic) {
          ends[partition] = try client.watermarks(of: partition, timeout: timeout).get().high
        }
        return ends
      }
    }
  }

  /// How many records are not committed yet, over all assigned partitions, by asking the brokers.
  public func lag(timeout: Duration = .seconds(10)) async throws(KafkaError) -> Int64 {
    let partitions = health.assignedPartitions
    return try await NativeThread.call(name: "kafka-query") { [client] in
      Result { () throws(KafkaError) in
        let committed = try client.committed(partitions, timeout: timeout).get()
        var lag: Int64 = 0
        for partition in partitions {
          let (low, high) = try client.watermarks(of: partition, timeout: timeout).get()
          lag += max(0, high - max(low, committed[partition] ?? low))
        }
        return lag
      }
    }
  }

  /// What the brokers say of these topics.
  public func metadata(_ topics: [String], timeout: Duration = .seconds(10)) async throws(KafkaError) -> ClusterMetadata {
    try await NativeThread.call(name: "kafka-query") { [client] in client.metadata(topics: topics, timeout: timeout) }
  }

  /// Which offsets each partition of a topic holds now: from its first record on, up to its end. Offsets in between may be missing.
  /// - Throws: ``KafkaError``; `UNKNOWN_TOPIC_OR_PART` for a topic that does not exist.
  public func bounds(_ topic: String, timeout: Duration = .seconds(10)) async throws(KafkaError) -> [TopicPartition: Range<Int64>] {
    try await NativeThread.call(name: "kafka-query") { [client] in
      Result { () throws(KafkaError) in
        let partitions = try client.metadata(topic: topic, timeout: timeout).get().partitions(of: topic)
        return try client.bounds(of: partitions, timeout: timeout).get()
      }
    }
  }

  /// Where to begin within `bounds` to read every record of that time or later: no record before has such a timestamp.
  ///
  /// A partition without one begins at its end, and one whose broker cannot tell (librdkafka's mock cluster) at its beginning. Both answer "none": those
  /// partitions are asked for the first record of all, which only the second kind cannot name either.
  /// - Parameter milliseconds: since 1970-01-01T00:00:00Z.
  public func offsets(
    since milliseconds: Int64, in bounds: [TopicPartition: Range<Int64>], timeout: Duration = .seconds(10)
  ) async throws(KafkaError) -> [TopicPartition: Int64] {
    try await NativeThread.call(name: "kafka-query") { [client] in
      Result { () throws(KafkaError) in
        guard milliseconds > 0 else { return bounds.mapValues(\.lowerBound) }
        let partitions = bounds.filter { !$0.value.isEmpty }.keys.sorted()
        let found = try client.offsets(since: milliseconds, of: partitions, timeout: timeout).get()
        let able = try client.offsets(since: 0, of: partitions.filter { found[$0] == nil }, timeout: timeout).get()
        return Dictionary(
          uniqueKeysWithValues: bounds.map { partition, range in
            let offset = found[partition] ?? (able[partition] == nil ? range.lowerBound : range.upperBound)
            return (partition, min(max(offset, range.lowerBound), range.upperBound))
          })
      }
    }
  }
}
