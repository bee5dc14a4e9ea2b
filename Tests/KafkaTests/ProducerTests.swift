import Kafka
import KafkaTestKit
import Records
import Testing

@Suite(.timeLimit(.minutes(1))) struct ProducerTests {
  @Test func aFullQueueIsWaitedFor() async throws {
    let fixture = try Fixture()
    let producer = try fixture.producer(properties: ["queue.buffering.max.messages": "10"])
    async let first = producer.send(fixture.numbered(0..<200))
    async let second = producer.send(fixture.numbered(200..<400))
    #expect(try await first.isComplete)
    #expect(try await second.isComplete)
    let consumer = try fixture.consumer()
    #expect(try await read(400, from: consumer).flatMap(\.texts).sorted() == (0..<400).map(String.init).sorted())
    _ = await consumer.close(timeout: .seconds(1))
    #expect(await producer.close().isClean)
  }

  @Test func aQueueThatStaysFullEndsTheSend() async throws {
    let fixture = try Fixture()
    try fixture.cluster.takeDown(1)
    let producer = try fixture.producer(properties: ["queue.buffering.max.messages": "10"]) {
      $0.queueFullTimeout = .milliseconds(300)
      // Far beyond the other, so that on a busy machine the queue is not emptied by time-outs before it is found to be full.
      $0.deliveryTimeout = .seconds(8)
    }
    let report = try await producer.send(fixture.numbered(0..<15))
    #expect(report.failures.map(\.index) == Array(0..<15))
    #expect(report.failures.last?.error.code == .queueFull)
    #expect(report.failures.first?.error.code == .messageTimedOut)
    #expect(report.failures.allSatisfy { $0.error.topic == fixture.topic && $0.error.isRetriable })
    _ = await producer.close(timeout: .seconds(2))
  }

  @Test func failedRecordsAreListedByIndex() async throws {
    let fixture = try Fixture()
    let producer = try fixture.producer()
    var records = fixture.numbered(0..<1)
    records.append(
      topic: fixture.topic, partition: 0, key: nil, value: { $0 += [UInt8](repeating: 0, count: 2_000_000) }, headers: { _ in })
    records.append(topic: fixture.topic, partition: 77, key: nil, value: { $0 += [1] }, headers: { _ in })
    records.append(topic: fixture.topic, partition: 0, key: nil, value: { $0 += Array("1".utf8) }, headers: { _ in })
    let report = try await producer.send(records)
    #expect(report.failures.map(\.index) == [1, 2])
    #expect(report.failures.first?.error.code.rawValue == "MSG_SIZE_TOO_LARGE")
    #expect(report.failures.first?.error.failureClass == .permanent)
    #expect(report.failures.last?.error.failureClass == .configuration)
    let consumer = try fixture.consumer()
    #expect(try await read(2, from: consumer).flatMap(\.texts) == ["0", "1"])
    _ = await consumer.close(timeout: .seconds(1))
    _ = await producer.close()
  }

  @Test(arguments: [KafkaProducerConfiguration.DeliveryThread.background, .polling])
  func partitionsAreHonoured(thread: KafkaProducerConfiguration.DeliveryThread) async throws {
    let fixture = try Fixture(partitions: 4)
    let producer = try fixture.producer { $0.deliveryThread = thread }
    #expect(try await producer.partitionsCount(of: fixture.topic) == 4)
    for partition in Int32(0)..<4 {
      #expect(try await producer.send(fixture.numbered(Int(partition)..<Int(partition + 1), partition: partition)).isComplete)
    }
    #expect(try await producer.send(OutgoingRecords()).recordsCount == 0)
    let consumer = try fixture.consumer(partitions: 4)
    let batches = try await read(4, from: consumer)
    for batch in batches {
      for record in batch.records { #expect(batch.value(of: record).map(Array.init) == Array("\(record.partition)".utf8)) }
    }
    _ = await consumer.close(timeout: .seconds(1))
    #expect(await producer.close().isClean)
  }

  @Test func retriedRequestsWriteOnce() async throws {
    let fixture = try Fixture()
    let producer = try fixture.producer()
    fixture.cluster.failNext(.produce, with: [.notEnoughReplicas, .notLeader])
    #expect(try await producer.send(fixture.numbered(0..<50)).isComplete)
    let consumer = try fixture.consumer { $0.stop = .init(atEndOffsets: true) }
    #expect(try await read(100, from: consumer).flatMap(\.texts) == (0..<50).map(String.init))
    _ = await consumer.close(timeout: .seconds(1))
    _ = await producer.close()
  }

  @Test func closingGivesUpWhatIsNotAcknowledged() async throws {
    let fixture = try Fixture()
    try fixture.cluster.takeDown(1)
    let producer = try fixture.producer()
    let sending = Task { try await producer.send(fixture.numbered(0..<5)) }
    while producer.health.queueDepth < 5 { await Task.yield() }
    let report = await producer.close(timeout: .seconds(2))
    #expect(report.recordsAbandonedCount == 5)
    #expect(report.unfinishedStep == nil)
    #expect(try await sending.value.failures.map(\.error.code.rawValue).allSatisfy { $0.hasPrefix("_PURGE") })
    let error = await #expect(throws: KafkaError.self) { _ = try await producer.send(fixture.numbered(0..<1)) }
    #expect(error?.code == .closed)
  }

  @Test func aFatalErrorSurfaces() async throws {
    let fixture = try Fixture()
    let producer = try fixture.producer()
    #expect(try await producer.send(fixture.numbered(0..<1)).isComplete)
    producer.raiseFatalErrorForTesting()
    while producer.health.fatalError == nil { await Task.yield() }
    let error = await #expect(throws: KafkaError.self) { _ = try await producer.send(fixture.numbered(0..<1)) }
    #expect(error?.isFatal == true)
    #expect(error?.isRetriable == false)
    _ = await producer.close(timeout: .seconds(2))
  }

  @Test func cancellingWhileTheQueueIsFull() async throws {
    let fixture = try Fixture()
    try fixture.cluster.takeDown(1)
    let producer = try fixture.producer(properties: ["queue.buffering.max.messages": "10"]) { $0.deliveryTimeout = .seconds(1) }
    let sending = Task { try await producer.send(fixture.numbered(0..<15)) }
    while producer.health.queueDepth < 10 { await Task.yield() }
    sending.cancel()
    let report = try await sending.value
    #expect(report.failures.filter { $0.error.code == .cancelled }.map(\.index) == Array(10..<15))
    _ = await producer.close(timeout: .seconds(2))
  }
}
