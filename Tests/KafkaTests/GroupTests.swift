import Kafka
import KafkaTestKit
import Records
import Synchronization
import Testing

/// Rebalances on the mock cluster: its first join takes 3 s, so these run side by side.
@Suite(.timeLimit(.minutes(2))) struct GroupTests {
  static let quick = ["heartbeat.interval.ms": "200", "session.timeout.ms": "6000"]

  /// A member of group `g`, with the partition events it reports.
  private func member(
    _ fixture: Fixture, _ properties: [String: String] = [:], revocationTimeout: Duration = .seconds(20)
  ) throws -> (consumer: KafkaConsumer, events: AsyncStream<PartitionEvent>) {
    let (events, continuation) = AsyncStream.makeStream(of: PartitionEvent.self)
    let consumer = try fixture.consumer(.group(id: "g", topics: [fixture.topic])) {
      $0.properties.merge(Self.quick) { $1 }
      $0.properties.merge(properties) { $1 }
      $0.revocationTimeout = revocationTimeout
      $0.onPartitionEvent = { continuation.yield($0) }
    }
    return (consumer, events)
  }

  private func next(_ kind: PartitionEvent.Kind, _ events: AsyncStream<PartitionEvent>) async throws -> [TopicPartition] {
    for await event in events where event.kind == kind && !event.partitions.isEmpty { return event.partitions }
    throw CancellationError()
  }

  @Test(arguments: ["cooperative-sticky", "range"])
  func aSecondMemberTakesItsShareAfterRecordsInFlight(strategy: String) async throws {
    let fixture = try Fixture(partitions: 4)
    let producer = try fixture.producer()
    for partition in Int32(0)..<4 {
      _ = try await producer.send(fixture.numbered(Int(partition) * 10..<Int(partition) * 10 + 10, partition: partition))
    }
    let (first, firstEvents) = try member(fixture, ["partition.assignment.strategy": strategy])
    let batches = try await read(40, from: first)
    #expect(first.health.assignedPartitions.count == 4)
    // Nobody asks for records now, and still the group is served: "holding" needs no pause.
    let (second, secondEvents) = try member(fixture, ["partition.assignment.strategy": strategy])
    let revoking = try await next(.revoking, firstEvents)
    #expect(first.health.revokingSince != nil)
    for batch in batches { first.finish(batch) }
    let revoked = try await next(.revoked, firstEvents)
    #expect(Set(revoked) == Set(revoking))
    #expect(revoked.count == (strategy == "range" ? 4 : 2))
    let taken = try await next(.assigned, secondEvents)
    #expect(taken.count == 2)
    // Everything was finished and committed before the partitions went: the second member reads only what is new. (The mock cluster
    // refuses commits at some moments of a rebalance at which Kafka's brokers accept them; then the records are read again.)
    if first.health.commitErrorsCount == 0 {
      _ = try await producer.send(fixture.numbered(100..<101, partition: taken[0].partition))
      let new = try await read(1, from: second)
      #expect(new.flatMap(\.texts) == ["100"])
      for batch in new { second.finish(batch) }
    }
    #expect(first.health.ignoredFinishesCount == 0)
    #expect(await second.close().unfinishedStep == nil)
    let report = await first.close()
    #expect(report.isClean, "\(report) \(first.health)")
    _ = await producer.close()
  }

  @Test func aRevocationDoesNotWaitForEver() async throws {
    let fixture = try Fixture(partitions: 2)
    let producer = try fixture.producer()
    for partition in Int32(0)..<2 { _ = try await producer.send(fixture.numbered(0..<3, partition: partition)) }
    let (first, firstEvents) = try member(fixture, revocationTimeout: .milliseconds(200))
    let batches = try await read(6, from: first)
    let (second, _) = try member(fixture)
    let revoked = try await next(.revoked, firstEvents)
    #expect(revoked.count == 1)
    // Finished too late for the partition that went: fenced, read again by its new owner.
    for batch in batches { first.finish(batch) }
    #expect(first.health.ignoredFinishesCount == 3)
    #expect(try await read(3, from: second).flatMap(\.texts) == ["0", "1", "2"])
    _ = await second.close(timeout: .seconds(2))
    let report = await first.close()
    #expect(report.isClean, "\(report) \(first.health)")
    _ = await producer.close()
  }

  @Test func aLostAssignmentIsFencedAtOnce() async throws {
    let fixture = try Fixture()
    let producer = try fixture.producer()
    _ = try await producer.send(fixture.numbered(0..<3))
    let (consumer, events) = try member(fixture)
    let batches = try await read(3, from: consumer)
    fixture.cluster.failNext(.heartbeat, with: [.unknownMember])
    #expect(try await next(.lost, events).count == 1)
    for batch in batches { consumer.finish(batch) }
    #expect(consumer.health.ignoredFinishesCount == 3)
    _ = try await next(.assigned, events)  // it joins again by itself, and reads the records again
    let again = try await read(3, from: consumer)
    #expect(again.flatMap(\.texts) == ["0", "1", "2"])
    #expect(again.flatMap(\.records).allSatisfy { $0.assignmentEpoch > batches[0].records[0].assignmentEpoch })
    for batch in again { consumer.finish(batch) }
    #expect(await consumer.close().isClean)
    _ = await producer.close()
  }

  @Test func aGroupDrainsAndCommits() async throws {
    let fixture = try Fixture(partitions: 3)
    let producer = try fixture.producer()
    for partition in Int32(0)..<3 { _ = try await producer.send(fixture.numbered(0..<100, partition: partition)) }
    let consumer = try fixture.consumer(.group(id: "g", topics: [fixture.topic])) { $0.stop = .init(atEndOffsets: true) }
    var count = 0
    while let batch = try await consumer.nextBatch(BatchLimits(recordsMax: 17, linger: .milliseconds(5))) {
      count += batch.records.count
      consumer.finish(batch)
    }
    #expect(count == 300)
    #expect(await consumer.close().isClean)
    let later = try fixture.consumer(partitions: 3, from: PartitionOffset.committed, groupID: "g") { $0.stop = .init(atEndOffsets: true) }
    #expect(try await later.lag() == 0)
    #expect(try await later.nextBatch() == nil)
    _ = await later.close()
    _ = await producer.close()
  }
}
