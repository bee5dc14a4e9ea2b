/// What a ``KafkaProducer`` needs to know.
public struct KafkaProducerConfiguration: Sendable {
  /// Which thread hears of deliveries.
  public enum DeliveryThread: Hashable, Sendable {
    /// librdkafka's own background thread: the fastest (fact 7).
    case background
    /// A thread of ours that polls.
    case polling
  }

  /// `host:port`, comma-separated.
  public var bootstrapServers: String
  /// The name brokers see in their logs and quotas.
  public var clientID: String
  /// Topics that will be written to. Their handles are made at the start: the first record to a topic that is not listed can wait a second (fact 11).
  public var topics: [String]
  /// How long librdkafka waits for more records before it sends. It is added to every reply's latency at low rates (fact 12).
  public var linger: Duration
  /// A record that is not acknowledged after this long has failed.
  public var deliveryTimeout: Duration
  /// How long ``KafkaProducer/send(_:)`` waits for room when the queue is full.
  public var queueFullTimeout: Duration
  /// Which thread hears of deliveries.
  public var deliveryThread: DeliveryThread
  /// Any librdkafka property, over the defaults (`kafka.properties`).
  public var properties: [String: String]

  /// Makes a configuration with defaults.
  public init(
    bootstrapServers: String, topics: [String] = [], clientID: String = "checkout-worker", linger: Duration = .milliseconds(2),
    deliveryTimeout: Duration = .seconds(20), queueFullTimeout: Duration = .seconds(20), deliveryThread: DeliveryThread = .background,
    properties: [String: String] = [:]
  ) {
    self.bootstrapServers = bootstrapServers
    self.topics = topics
    self.clientID = clientID
    self.linger = linger
    self.deliveryTimeout = deliveryTimeout
    self.queueFullTimeout = queueFullTimeout
    self.deliveryThread = deliveryThread
    self.properties = properties
  }

  /// Our defaults with the operator's properties on top.
  func librdkafkaProperties(isDebugLogged: Bool) throws(KafkaError) -> KafkaProperties {
    try KafkaProperties.check(properties, against: KafkaProperties.fixedForProducer)
    var defaults = KafkaProperties([
      "bootstrap.servers": bootstrapServers,
      "client.id": clientID,
      // librdkafka's default for producers is true: asking for a topic whose name is misspelt would create it.
      "allow.auto.create.topics": "false",
      "linger.ms": "\(Double(linger.microseconds) / 1000)",
      "message.timeout.ms": "\(max(1, deliveryTimeout.milliseconds))",
      // The partitioner of the Java clients, so that a reply stands where the order pipeline's own producers would put its key.
      "partitioner": "murmur2_random",
      "queue.buffering.max.kbytes": "131072",
      "statistics.interval.ms": "5000",
      "socket.keepalive.enable": "true",
      "log.connection.close": "false",
      "log_level": isDebugLogged ? "7" : "6",
    ])
    // The same property under its other name; set after it, our default would win over the operator's value.
    if properties["delivery.timeout.ms"] != nil { defaults["message.timeout.ms"] = nil }
    for (name, rule) in KafkaProperties.fixedForProducer { defaults[name] = rule.value }
    return defaults.overridden(by: properties)
  }
}
