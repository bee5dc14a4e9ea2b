import Kafka
import KafkaTestKit
import Records
import Testing

@Suite(.timeLimit(.minutes(1))) struct RoundTripTests {
  @Test func keysValuesAndHeadersComeBackByteForByte() async throws {
    let fixture = try Fixture()
    let producer = try fixture.producer()
    var outgoing = OutgoingRecords()
    let bytes: [UInt8] = [0, 255, 128, 7]
    outgoing.append(topic: fixture.topic, partition: 0, key: bytes[...], value: { $0 += bytes }) { headers in
      PackedHeaders.append(name: "twice".utf8, value: [1, 0, 2], to: &headers)
      PackedHeaders.append(name: "null".utf8, value: [UInt8]?.none, to: &headers)
      PackedHeaders.append(name: "twice".utf8, value: [UInt8](), to: &headers)
      PackedHeaders.append(name: "".utf8, value: [9], to: &headers)
    }
    outgoing.append(topic: fixture.topic, partition: 0, key: [], value: { _ in }, headers: { _ in })
    outgoing.append(topic: fixture.topic, partition: 0, key: nil, value: nil, headers: { _ in })
    let report = try await producer.send(outgoing)
    #expect(report.isComplete)
    #expect(report.recordsCount == 3)

    let consumer = try fixture.consumer()
    let batches = try await read(3, from: consumer)
    let found = batches.flatMap { batch in batch.records.map { (batch, $0) } }
    #expect(found.map(\.1.offset) == [0, 1, 2])
    let (batch, first) = found[0]
    #expect(batch.topic(of: first) == fixture.topic)
    #expect(batch.key(of: first).map(Array.init) == bytes)
    #expect(batch.value(of: first).map(Array.init) == bytes)
    #expect(first.timestampMilliseconds > 1_600_000_000_000)
    #expect(batch.headers(of: first).map { String(decoding: $0.name, as: UTF8.self) } == ["twice", "null", "twice", ""])
    #expect(batch.headers(of: first).map { $0.value.map(Array.init) } == [[1, 0, 2], nil, [], [9]])
    #expect(found[1].0.key(of: found[1].1).map(Array.init) == [])
    #expect(found[1].0.value(of: found[1].1).map(Array.init) == [])
    #expect(found[1].0.headers(of: found[1].1).isEmpty)
    #expect(found[2].0.key(of: found[2].1) == nil)
    #expect(found[2].0.value(of: found[2].1) == nil)
    #expect(await consumer.close(timeout: .seconds(1)).recordsAbandonedCount == 3)  // they were never finished
    #expect(await producer.close().isClean)
  }

  @Test func limitsCloseABatch() async throws {
    let fixture = try Fixture()
    let producer = try fixture.producer()
    _ = try await producer.send(fixture.numbered(0..<100))
    let consumer = try fixture.consumer()
    let byCount = try await read(100, from: consumer, limits: BatchLimits(recordsMax: 7, linger: .milliseconds(300)))
    #expect(byCount.map(\.records.count) == Array(repeating: 7, count: 14) + [2])
    #expect(byCount.flatMap(\.texts) == (0..<100).map(String.init))
    await finishAndClose(consumer, producer)
  }

  @Test func bytesLimitABatchAndAnOversizedRecordComesAlone() async throws {
    let fixture = try Fixture()
    let producer = try fixture.producer()
    var outgoing = OutgoingRecords()
    for size in [40, 40, 40, 5000, 0, 40] {
      outgoing.append(topic: fixture.topic, partition: 0, key: nil, value: { $0 += [UInt8](repeating: 1, count: size) }, headers: { _ in })
    }
    _ = try await producer.send(outgoing)
    let consumer = try fixture.consumer()
    let batches = try await read(6, from: consumer, limits: BatchLimits(bytesMax: 100, linger: .milliseconds(500)))
    #expect(batches.map { $0.records.map(\.value.count) } == [[40, 40], [40], [5000], [0, 40]])
    await finishAndClose(consumer, producer)
  }

  private func finishAndClose(_ consumer: KafkaConsumer, _ producer: KafkaProducer) async {
    #expect(await consumer.close(timeout: .seconds(1)).unfinishedStep == nil)
    #expect(await producer.close(timeout: .seconds(5)).isClean)
  }
}
