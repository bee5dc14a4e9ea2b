import Kafka
import Logging

/// A Kafka cluster inside this process: librdkafka's mock cluster. Other processes and kcat reach it over TCP while it lives.
///
/// Its limits are in `brokers.md`: 5 MB or 100,000 records a partition, in memory, no transactions, no TLS, the first join of a group takes 3 s.
public final class MockCluster: Sendable {
  private let broker: MockBroker
  /// `host:port`, comma-separated; reachable by other processes of this machine.
  public let bootstrapServers: String

  /// Starts a cluster of `brokersCount` brokers on ports that the kernel chooses.
  /// - Throws: ``KafkaError`` when it cannot listen.
  public init(brokersCount: Int = 1, logger: Logger = Logger(label: "mock-cluster")) throws(KafkaError) {
    broker = try MockBroker(brokersCount: Int32(brokersCount), logger: logger)
    bootstrapServers = broker.bootstrapServers
  }

  deinit { broker.startDestroying() }

  /// Properties for consumers of a mock cluster: it holds every fetch for its whole wait, and clients need not wait long for it to come back.
  public static let consumerProperties = ["fetch.wait.max.ms": "10"].merging(producerProperties) { $1 }
  /// The same for producers and admin clients.
  public static let producerProperties = ["reconnect.backoff.ms": "20", "reconnect.backoff.max.ms": "200"]

  /// Creates a topic. The mock cluster knows no CreateTopics request, so ``KafkaAdmin`` cannot.
  public func createTopic(_ name: String, partitions: Int = 1, replication: Int = 1) throws(KafkaError) {
    try broker.createTopic(name, partitions: Int32(partitions), replication: Int32(replication))
  }

  /// Makes another broker (from 1) lead a partition.
  public func setLeader(of partition: TopicPartition, to id: Int) throws(KafkaError) {
    try broker.setLeader(of: partition, to: Int32(id))
  }

  /// Answers every request for a topic with an error; `.none` ends that.
  public func setError(_ error: InjectedError, forTopic topic: String) { broker.setTopicError(topic, number: error.rawValue) }

  /// Takes a broker (from 1) down: its connections break and no new ones are taken.
  public func takeDown(_ id: Int) throws(KafkaError) { try broker.setBroker(Int32(id), isDown: true) }

  /// Brings a broker back.
  public func bringUp(_ id: Int) throws(KafkaError) { try broker.setBroker(Int32(id), isDown: false) }

  /// Answers everything sent to a broker this much later.
  public func setRoundTrip(_ time: Duration, ofBroker id: Int) throws(KafkaError) { try broker.setRoundTrip(Int32(id), time) }

  /// Makes a broker the coordinator of a group.
  public func setCoordinator(ofGroup group: String, to id: Int) throws(KafkaError) {
    try broker.setGroupCoordinator(group, broker: Int32(id))
  }

  /// Answers the next requests of this kind with these errors, one each.
  public func failNext(_ kind: RequestKind, with errors: [InjectedError]) {
    broker.pushErrors(request: kind.rawValue, numbers: errors.map(\.rawValue))
  }

  /// Answers the next request of this kind to a broker after `time`, with an error if one is given.
  public func delayNext(_ kind: RequestKind, toBroker id: Int, by time: Duration, error: InjectedError = .none) throws(KafkaError) {
    try broker.pushRoundTrip(broker: Int32(id), request: kind.rawValue, number: error.rawValue, time)
  }
}
