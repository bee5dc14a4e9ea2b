extension WorkerConfiguration {
  /// Brokers, group and topics: `kafka.*`.
  public struct Kafka: Sendable, Equatable {
    /// Host and port pairs, separated by commas.
    public var bootstrapServers = "localhost:9092"
    /// The consumer group that shares the request topic.
    public var groupId = "checkout-worker"
    /// Topic names.
    public var topics = Topics()
    /// librdkafka properties that are no secret, by name.
    public var properties: [String: String] = [:]
    /// librdkafka properties that are credentials (`sasl.password`, `ssl.key.password`, …), by name.
    public var secretProperties: [String: SecretSource] = [:]

    /// Topic names, `contract/messages.md`.
    public struct Topics: Sendable, Equatable {
      /// Where requests come from.
      public var requests = "checkout.session-requests"
      /// Where replies go unless a request names an allowed topic of its own.
      public var replies = "checkout.session-replies"
      /// Where status events go.
      public var status = "checkout.session-status"
      /// Where dead letters go.
      public var deadLetters = "checkout.session-requests.dlq"
    }
  }
}
