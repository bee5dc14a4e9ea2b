/// What a ``KafkaConsumer`` needs to know.
public struct KafkaConsumerConfiguration: Sendable {
  /// Where the records come from.
  public enum Subscription: Hashable, Sendable {
    /// As a member of a consumer group, sharing the topics' partitions with the other members.
    case group(id: String, topics: [String])
    /// These partitions from these offsets on, without a group. `groupID` is where offsets are committed to, if anywhere.
    case assignment([PartitionOffset], groupID: String? = nil)
  }

  /// When ``KafkaConsumer/nextBatch(_:)`` answers nil by itself.
  public struct StopCondition: Hashable, Sendable {
    /// Stop when every assigned partition has been read up to the end that it had at the start. Later records are not handed out.
    public var atEndOffsets: Bool
    /// Stop after this many records.
    public var recordsMax: Int?

    /// Makes a condition; both together mean whichever is met first.
    public init(atEndOffsets: Bool = false, recordsMax: Int? = nil) {
      self.atEndOffsets = atEndOffsets
      self.recordsMax = recordsMax
    }

    /// Never stop.
    public static let never = StopCondition()
  }

  /// `host:port`, comma-separated.
  public var bootstrapServers: String
  /// The name brokers see in their logs and quotas.
  public var clientID: String
  /// Group or fixed assignment.
  public var subscription: Subscription
  /// When to end by itself.
  public var stop: StopCondition
  /// How long a rebalance waits for records in flight of the partitions it takes away, before they are fenced. Reloadable: no.
  public var revocationTimeout: Duration
  /// How long to wait for an answer to a commit where one is needed to go on (rebalance, close).
  public var commitTimeout: Duration
  /// At most this many records are handed out and not finished; beyond it ``KafkaConsumer/nextBatch(_:)`` waits.
  public var recordsInFlightMax: Int
  /// Any librdkafka property, over the defaults (`kafka.properties`).
  public var properties: [String: String]
  /// Called on the consumer's thread when partitions come and go. Must not block.
  public var onPartitionEvent: (@Sendable (PartitionEvent) -> Void)?

  /// Makes a configuration with the defaults of `design/architecture.md`.
  public init(
    bootstrapServers: String, subscription: Subscription, clientID: String = "checkout-worker", stop: StopCondition = .never,
    revocationTimeout: Duration = .seconds(20), commitTimeout: Duration = .seconds(5), recordsInFlightMax: Int = 100_000,
    properties: [String: String] = [:], onPartitionEvent: (@Sendable (PartitionEvent) -> Void)? = nil
  ) {
    self.bootstrapServers = bootstrapServers
    self.subscription = subscription
    self.clientID = clientID
    self.stop = stop
    self.revocationTimeout = revocationTimeout
    self.commitTimeout = commitTimeout
    self.recordsInFlightMax = max(1, recordsInFlightMax)
    self.properties = properties
    self.onPartitionEvent = onPartitionEvent
  }

  /// The group's name, where there is one.
  var groupID: String? {
    switch subscription {
    case .group(let id, _): id
    case .assignment(_, let groupID): groupID
    }
  }

  /// Our defaults with the operator's properties on top.
  func librdkafkaProperties(isDebugLogged: Bool) throws(KafkaError) -> KafkaProperties {
    try KafkaProperties.check(properties, against: KafkaProperties.fixedForConsumer)
    var defaults = KafkaProperties([
      "bootstrap.servers": bootstrapServers,
      "client.id": clientID,
      // Assigning without a group still needs a name: librdkafka has no assignment without one.
      "group.id": groupID ?? "\(clientID)-without-group",
      "partition.assignment.strategy": "cooperative-sticky",
      "auto.offset.reset": "earliest",
      // One bound for what waits in memory: partitions share a queue here, so this is not multiplied by their number.
      "queued.max.messages.kbytes": "32768",
      "statistics.interval.ms": "5000",
      "socket.keepalive.enable": "true",
      "log.connection.close": "false",
      "log_level": isDebugLogged ? "7" : "6",
    ])
    for (name, rule) in KafkaProperties.fixedForConsumer { defaults[name] = rule.value }
    return defaults.overridden(by: properties)
  }
}
