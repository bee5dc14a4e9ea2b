import Kafka
import KafkaTestKit
import Metrics
import MetricsTestKit
import Records
import Testing

@Suite(.timeLimit(.minutes(1))) struct MetricsTests {
  @Test func oneUpdatePerBatch() async throws {
    let metrics = MetricsHolder.shared
    let fixture = try Fixture()
    let producer = try fixture.producer { $0.clientID = "metrics-test" }
    let report = try await producer.send(fixture.numbered(0..<100))
    #expect(report.isComplete)
    let consumer = try fixture.consumer(groupID: "metrics-test")
    let batch = try #require(try await consumer.nextBatch(BatchLimits(recordsMax: 100, linger: .seconds(5))))
    consumer.finish(batch)
    #expect(await consumer.close().isClean)
    #expect(await producer.close().isClean)
    func values(_ name: String, _ dimension: (String, String)) throws -> [Int64] {
      try metrics.expectCounter(name, [dimension]).values
    }
    let group = ("group", "metrics-test")
    #expect(try values("kafka_consumer_records_total", group) == [100])
    #expect(try values("kafka_consumer_batches_total", group) == [1])
    #expect(try values("kafka_consumer_commits_total", group) == [1])
    #expect(try values("kafka_consumer_bytes_total", group) == [Int64(batch.slab.count)])
    #expect(try values("kafka_producer_deliveries_total", ("client", "metrics-test")) == [100])
  }
}

/// The process has one metrics system; it is set once.
private enum MetricsHolder {
  static let shared: TestMetrics = {
    let metrics = TestMetrics()
    MetricsSystem.bootstrap(metrics)
    return metrics
  }()
}
