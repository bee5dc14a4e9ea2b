/// Where replies and dead letters go (`contract/messages.md`; `kafka.topics.*`, `creation.replyTopicsAllowed`).
public struct ReplyRouting: Sendable {
  /// The topic of replies whose request names none.
  public var repliesTopic: String
  /// The topic of dead letters.
  public var deadLettersTopic: String
  /// The topics that a request may name for its reply.
  public var replyTopicsAllowed: Set<String>
  /// How many partitions each allowed topic has, where known; a request that names a partition beyond is rejected.
  public var partitionCounts: [String: Int]
  /// The consumer group, for `kafka_dlt-original-consumer-group`.
  public var consumerGroup: String
  /// `ce_source` of replies.
  public var source: String

  /// Makes a routing.
  public init(
    repliesTopic: String, deadLettersTopic: String, replyTopicsAllowed: Set<String> = [], partitionCounts: [String: Int] = [:],
    consumerGroup: String, source: String = "/checkout-worker"
  ) {
    self.repliesTopic = repliesTopic
    self.deadLettersTopic = deadLettersTopic
    self.replyTopicsAllowed = replyTopicsAllowed.union([repliesTopic])
    self.partitionCounts = partitionCounts
    self.consumerGroup = consumerGroup
    self.source = source
  }
}
