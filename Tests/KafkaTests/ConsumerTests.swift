import Kafka
import KafkaTestKit
import Records
import Testing

@Suite(.timeLimit(.minutes(1))) struct ConsumerTests {
  @Test func whatIsCommittedIsNotReadAgain() async throws {
    let fixture = try Fixture()
    let producer = try fixture.producer()
    _ = try await producer.send(fixture.numbered(0..<10))
    let first = try fixture.consumer(from: PartitionOffset.committed, groupID: "g")
    let batch = try #require(try await first.nextBatch(BatchLimits(recordsMax: 10, linger: .seconds(2))))
    #expect(batch.texts == (0..<10).map(String.init))
    first.finish(batch, [0, 1, 2, 3, 5])  // 4 is missing: the watermark stays before it
    let report = await first.close(timeout: .seconds(2))
    #expect(report.recordsAbandonedCount == 5)
    #expect(report.commitError == nil)

    let second = try fixture.consumer(from: PartitionOffset.committed, groupID: "g")
    let again = try await read(6, from: second).flatMap(\.texts)
    #expect(again == (4..<10).map(String.init))
    #expect(try await second.committed() == [TopicPartition(topic: fixture.topic, partition: 0): 4])
    #expect(try await second.endOffsets(fixture.topic) == [TopicPartition(topic: fixture.topic, partition: 0): 10])
    #expect(try await second.lag() == 6)
    _ = await second.close(timeout: .seconds(1))
    _ = await producer.close()
  }

  @Test func drainingEndsAtTheEndFoundAtTheStart() async throws {
    let fixture = try Fixture(partitions: 3)
    let producer = try fixture.producer()
    _ = try await producer.send(fixture.numbered(0..<20, partition: 0))
    _ = try await producer.send(fixture.numbered(20..<25, partition: 2))  // partition 1 is empty
    let consumer = try fixture.consumer(partitions: 3) { $0.stop = .init(atEndOffsets: true) }
    var texts: [String] = []
    while let batch = try await consumer.nextBatch(BatchLimits(recordsMax: 7, linger: .milliseconds(50))) {
      texts += batch.texts
      consumer.finish(batch)
      // Written after the start: not part of the drain.
      if texts.count == 7 { _ = try await producer.send(fixture.numbered(100..<103, partition: 0)) }
    }
    #expect(texts.sorted() == (0..<25).map(String.init).sorted())
    #expect(try await consumer.nextBatch() == nil)
    #expect(await consumer.close().isClean)
    _ = await producer.close()
  }

  @Test func stoppingAfterANumberOfRecords() async throws {
    let fixture = try Fixture()
    let producer = try fixture.producer()
    _ = try await producer.send(fixture.numbered(0..<20))
    let consumer = try fixture.consumer { $0.stop = .init(recordsMax: 13) }
    let batches = try await read(100, from: consumer, limits: BatchLimits(recordsMax: 5, linger: .milliseconds(1)))
    #expect(batches.flatMap(\.texts) == (0..<13).map(String.init))
    for batch in batches { consumer.finish(batch) }
    #expect(await consumer.close().isClean)
    _ = await producer.close()
  }

  @Test func anEmptyTopicIsDrainedAtOnce() async throws {
    let fixture = try Fixture(partitions: 2)
    let consumer = try fixture.consumer(partitions: 2) { $0.stop = .init(atEndOffsets: true) }
    #expect(try await consumer.nextBatch() == nil)
    #expect(await consumer.close().isClean)
  }

  @Test func drainingATopicThatDoesNotExistFails() async throws {
    let fixture = try Fixture()
    fixture.cluster.setError(.unknownTopicOrPartition, forTopic: "absent")
    let consumer = try fixture.consumer(.group(id: "g", topics: ["absent"])) { $0.stop = .init(atEndOffsets: true) }
    let error = await #expect(throws: KafkaError.self) { _ = try await consumer.nextBatch() }
    #expect(error?.failureClass == .configuration)
    #expect(error?.topic == "absent")
    #expect(consumer.health.fatalError != nil)
    _ = await consumer.close(timeout: .seconds(3))
  }

  @Test func cancellingTheWaitLosesNoRecord() async throws {
    let fixture = try Fixture()
    let consumer = try fixture.consumer()
    let waiting = Task { try await consumer.nextBatch() }
    waiting.cancel()
    let error = await #expect(throws: KafkaError.self) { _ = try await waiting.value }
    #expect(error?.code == .cancelled)
    let producer = try fixture.producer()
    // A wait that has collected records and lingers: cancelled, its records go to the next caller.
    let lingering = Task { try await consumer.nextBatch(BatchLimits(recordsMax: 100, linger: .seconds(30))) }
    _ = try await producer.send(fixture.numbered(0..<3))
    lingering.cancel()
    await #expect(throws: KafkaError.self) { _ = try await lingering.value }
    #expect(try await read(3, from: consumer).flatMap(\.texts) == ["0", "1", "2"])
    _ = await consumer.close(timeout: .seconds(1))
    _ = await producer.close()
  }

  @Test func closingEndsABlockedWaitAtOnce() async throws {
    let fixture = try Fixture()
    let consumer = try fixture.consumer()
    let waiting = Task { try await consumer.nextBatch() }
    let report = await consumer.close(timeout: .seconds(20))
    #expect(report.isClean)
    #expect(report.duration < .seconds(5))
    #expect(try await waiting.value == nil)
    #expect(try await consumer.nextBatch() == nil)
    #expect(await consumer.close().isClean)  // closing twice is fine
    let error = await #expect(throws: KafkaError.self) { _ = try await consumer.lag() }
    #expect(error?.code == .closed)
  }

  @Test func closingWithABrokerThatDoesNotAnswerEndsInTime() async throws {
    let fixture = try Fixture()
    let producer = try fixture.producer()
    _ = try await producer.send(fixture.numbered(0..<3))
    let consumer = try fixture.consumer(groupID: "g")
    let batches = try await read(3, from: consumer)
    try fixture.cluster.setRoundTrip(.seconds(60), ofBroker: 1)
    for batch in batches { consumer.finish(batch) }
    let started = ContinuousClock.now
    let report = await consumer.close(timeout: .seconds(2))
    #expect(ContinuousClock.now - started < .seconds(4))
    #expect(report.commitError?.code == .timedOut || report.unfinishedStep != nil)
    _ = await producer.close(timeout: .seconds(1))
  }

  @Test func recordsInFlightAreBounded() async throws {
    let fixture = try Fixture()
    let producer = try fixture.producer()
    _ = try await producer.send(fixture.numbered(0..<20))
    let consumer = try fixture.consumer { $0.recordsInFlightMax = 5 }
    let limits = BatchLimits(recordsMax: 5, linger: .milliseconds(1))
    let first = try #require(try await consumer.nextBatch(limits))
    #expect(consumer.health.recordsInFlightCount == 5)
    let second = Task { try await consumer.nextBatch(limits) }
    consumer.finish(first)
    #expect(try await second.value?.texts == (5..<10).map(String.init))
    _ = await consumer.close(timeout: .seconds(1))
    _ = await producer.close()
  }

  @Test func aConsumerOutlivesItsBroker() async throws {
    let fixture = try Fixture()
    let producer = try fixture.producer()
    _ = try await producer.send(fixture.numbered(0..<3))
    let consumer = try fixture.consumer(groupID: "g")
    _ = try await read(3, from: consumer)
    try fixture.cluster.takeDown(1)
    while consumer.health.allBrokersDownSince == nil { await Task.yield() }
    try fixture.cluster.bringUp(1)
    _ = try await producer.send(fixture.numbered(3..<5))
    #expect(try await read(2, from: consumer).flatMap(\.texts) == ["3", "4"])
    #expect(consumer.health.allBrokersDownSince == nil)
    #expect(consumer.health.fatalError == nil)
    _ = await consumer.close(timeout: .seconds(1))
    _ = await producer.close()
  }

  @Test func aFailedCommitIsTriedAgain() async throws {
    let fixture = try Fixture()
    let producer = try fixture.producer()
    _ = try await producer.send(fixture.numbered(0..<3))
    let consumer = try fixture.consumer(groupID: "g")
    let batches = try await read(3, from: consumer)
    fixture.cluster.failNext(.offsetCommit, with: [.topicAuthorizationFailed])
    for batch in batches { consumer.finish(batch) }
    while consumer.health.commitsCount == 0 { await Task.yield() }
    #expect(consumer.health.commitErrorsCount > 0)
    #expect(try await consumer.committed() == [TopicPartition(topic: fixture.topic, partition: 0): 3])
    #expect(await consumer.close().isClean)
    _ = await producer.close()
  }
}
