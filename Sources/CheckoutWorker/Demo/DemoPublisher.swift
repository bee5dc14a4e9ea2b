import CheckoutSession
import Kafka
import Logging
import Records

/// Publishes the demo's requests through the real producer, at an order pipeline's pace.
struct DemoPublisher {
  /// Requests a second: the demo is to be watched, and its gateway must have room left for questions.
  static let requestsPerSecond = 250
  private static let groupRecords = 25

  let producer: KafkaProducer
  let topic: String

  init(_ configuration: WorkerConfiguration) throws {
    topic = configuration.kafka.topics.requests
    producer = try KafkaProducer(
      configuration: KafkaProducerConfiguration(
        bootstrapServers: configuration.kafka.bootstrapServers, topics: [topic], clientID: "demo-pipeline",
        properties: configuration.kafka.properties.filter { $0.key != "fetch.wait.max.ms" }),
      logger: Logger(label: "demo-pipeline"))
  }

  /// Publishes all, in order, and waits for every acknowledgement.
  func publish(_ requests: [DemoRequest], clock: some Clock<Duration>, onProgress: (Int) -> Void) async throws {
    let start = clock.now
    for first in stride(from: 0, to: requests.count, by: Self.groupRecords) {
      let group = requests[first..<min(first + Self.groupRecords, requests.count)]
      let due = Duration.milliseconds(first * 1000 / Self.requestsPerSecond)
      try await clock.sleep(until: start.advanced(by: due), tolerance: nil)
      var outgoing = OutgoingRecords()
      for request in group { Self.append(request, topic: topic, to: &outgoing) }
      let report = try await producer.send(outgoing)
      if let failure = report.failures.first { throw failure.error }
      onProgress(first + group.count)
    }
  }

  private static func append(_ request: DemoRequest, topic: String, to outgoing: inout OutgoingRecords) {
    outgoing.append(
      topic: topic, key: Array(request.key.utf8)[...], value: { $0.append(contentsOf: request.body.utf8) },
      headers: { bytes in
        PackedHeaders.append(name: "ce_id".utf8, value: request.requestID.utf8, to: &bytes)
        PackedHeaders.append(name: "correlation-id".utf8, value: request.key.utf8, to: &bytes)
        if let expiresAt = request.expiresAt {
          PackedHeaders.append(name: "ce_expirytime".utf8, value: expiresAt.rfc3339.utf8, to: &bytes)
        }
      })
  }
}
