import Kafka
import KafkaTestKit
import Records
import Testing

/// A stage that holds in an outage asks for no records, for as long as the outage lasts. Kafka's rule is that a member that does not poll within `max.poll.interval.ms`
/// has hung and loses its partitions; the consumer's own thread polls for the group whether or not anybody asks for records.
@Suite(.timeLimit(.minutes(2))) struct ConsumerOutageTests {
  /// A member must outlive the mock cluster's first join of 3 s, which counts against its session and its interval.
  private static let interval = Duration.seconds(5)

  @Test(arguments: ["cooperative-sticky", "range"])
  func whoAsksForNothingKeepsItsPartitions(strategy: String) async throws {
    let fixture = try Fixture(partitions: 2)
    let producer = try fixture.producer()
    _ = try await producer.send(fixture.numbered(0..<10))
    let (events, continuation) = AsyncStream.makeStream(of: PartitionEvent.self)
    let consumer = try fixture.consumer(.group(id: "g", topics: [fixture.topic])) {
      $0.properties.merge([
        "heartbeat.interval.ms": "100", "session.timeout.ms": "5000", "max.poll.interval.ms": "\(Self.interval.components.seconds * 1000)",
        "partition.assignment.strategy": strategy,
      ]) { $1 }
      $0.onPartitionEvent = { continuation.yield($0) }
    }
    let before = try await read(5, from: consumer, limits: BatchLimits(recordsMax: 5, linger: .milliseconds(1)))
    #expect(consumer.health.assignedPartitions.count == 2)

    // Nobody asks for records now. That nothing happens can only be seen by waiting: for two intervals, or for the first event about our partitions.
    let lost = try await withThrowingTaskGroup(of: PartitionEvent?.self) { group in
      group.addTask {
        for await event in events where event.kind != .assigned { return event }
        return nil
      }
      group.addTask {
        try await Task.sleep(for: Self.interval * 2)
        return nil
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
    #expect(lost == nil)
    #expect(consumer.health.assignedPartitions.count == 2 && consumer.health.fatalError == nil)

    // And it goes on where it was: same assignment, the records in hand still count, and the rest comes once.
    for batch in before { consumer.finish(batch) }
    let after = try await read(5, from: consumer)
    #expect(after.flatMap(\.texts) == ["5", "6", "7", "8", "9"])
    #expect(after.flatMap(\.records).allSatisfy { $0.assignmentEpoch == before[0].records[0].assignmentEpoch })
    for batch in after { consumer.finish(batch) }
    #expect(consumer.health.ignoredFinishesCount == 0)
    let report = await consumer.close()
    #expect(report.isClean, "\(report) \(consumer.health)")
    _ = await producer.close()
  }
}
