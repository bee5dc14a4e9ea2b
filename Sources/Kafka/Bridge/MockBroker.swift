import CKafka
import Logging

/// librdkafka's mock cluster: `KafkaTestKit` builds on it. It stands here because only this folder touches C.
package final class MockBroker: Sendable {
  /// `@unchecked`: every function of the mock cluster is a message to its own thread; it lives until ``startDestroying()``, which the owner calls last.
  private struct Raw: @unchecked Sendable { let mock: OpaquePointer }
  private let raw: Raw
  private let client: NativeClient

  package init(brokersCount: Int32, logger: Logger) throws(KafkaError) {
    // The client only lends its log and its memory to the cluster; it never connects anywhere.
    let properties = KafkaProperties(["client.id": "mock-cluster", "log_level": "3"])
    let client = try NativeClient(.producer(background: false), properties: properties, callbacks: ClientCallbacks(logger: logger))
    guard let made = client.use({ ck_mock_new($0, brokersCount).map(Raw.init) }), let made else {
      client.destroy()
      throw KafkaError(code: .unreachable, message: "the mock cluster could not listen")
    }
    self.client = client
    self.raw = made
  }

  package var bootstrapServers: String { String(cString: ck_mock_bootstrap_servers(raw.mock)) }

  package func createTopic(_ name: String, partitions: Int32, replication: Int32) throws(KafkaError) {
    try check(ck_mock_create_topic(raw.mock, name, partitions, replication), topic: name)
  }

  package func setLeader(of partition: TopicPartition, to broker: Int32) throws(KafkaError) {
    try check(ck_mock_set_leader(raw.mock, partition.topic, partition.partition, broker), topic: partition.topic)
  }

  package func setTopicError(_ topic: String, number: Int32) { ck_mock_set_topic_error(raw.mock, topic, number) }

  package func setBroker(_ broker: Int32, isDown: Bool) throws(KafkaError) {
    try check(ck_mock_set_broker_down(raw.mock, broker, isDown), topic: nil)
  }

  package func setRoundTrip(_ broker: Int32, _ time: Duration) throws(KafkaError) {
    try check(ck_mock_set_round_trip(raw.mock, broker, time.milliseconds), topic: nil)
  }

  package func setGroupCoordinator(_ group: String, broker: Int32) throws(KafkaError) {
    try check(ck_mock_set_group_coordinator(raw.mock, group, broker), topic: nil)
  }

  package func pushErrors(request: Int16, numbers: [Int32]) { ck_mock_push_errors(raw.mock, request, numbers, numbers.count) }

  package func pushRoundTrip(broker: Int32, request: Int16, number: Int32, _ time: Duration) throws(KafkaError) {
    try check(ck_mock_push_round_trip(raw.mock, broker, request, number, time.milliseconds), topic: nil)
  }

  /// Ends the cluster, on a thread of its own since that blocks. Call once.
  package func startDestroying() {
    let (raw, client) = (raw, client)
    // Without a thread the cluster simply lives until the process ends.
    try? NativeThread.start(name: "kafka-mock-end") {
      ck_mock_destroy(raw.mock)
      client.destroy()
    }
  }

  private func check(_ number: Int32, topic: String?) throws(KafkaError) {
    if let error = KafkaError(number: number, topic: topic) { throw error }
  }
}
