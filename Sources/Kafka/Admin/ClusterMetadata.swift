/// What the brokers say of themselves and of topics, at one moment.
public struct ClusterMetadata: Hashable, Sendable {
  /// A broker.
  public struct Broker: Hashable, Sendable {
    /// Its number.
    public var id: Int32
    /// The host it tells clients to use.
    public var host: String
    /// The port it tells clients to use.
    public var port: Int
  }

  /// A partition.
  public struct Partition: Hashable, Sendable {
    /// Its number, from 0.
    public var id: Int32
    /// The broker that leads it; nil while none does.
    public var leader: Int32?
    /// How many replicas it has.
    public var replicasCount: Int
    /// How many of them are in sync.
    public var inSyncCount: Int
    /// What is wrong with it, if anything.
    public var error: KafkaError?
  }

  /// A topic.
  public struct Topic: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Its partitions, as the broker listed them.
    public var partitions: [Partition]
    /// What is wrong with it, if anything.
    public var error: KafkaError?

    /// Whether every partition has a leader, so that it can be written to and read from.
    public var isReady: Bool { error == nil && !partitions.isEmpty && partitions.allSatisfy { $0.leader != nil } }
  }

  /// All brokers known.
  public var brokers: [Broker]
  /// The topics asked for.
  public var topics: [Topic]

  /// The partitions of one topic.
  /// - Throws: the topic's error, or `UNKNOWN_TOPIC_OR_PART`.
  public func partitions(of name: String) throws(KafkaError) -> [TopicPartition] {
    guard let topic = topics.first(where: { $0.name == name }) else {
      throw KafkaError(code: .unknownTopicOrPartition, message: "the brokers know no topic of this name", topic: name)
    }
    if let error = topic.error { throw error }
    return topic.partitions.map { TopicPartition(topic: name, partition: $0.id) }
  }
}
