import Kafka
import KafkaTestKit
import Records
import Testing

@Suite(.timeLimit(.minutes(1))) struct PlaceReaderTests {
  private func reader(_ fixture: Fixture) throws -> KafkaPlaceReader {
    try KafkaPlaceReader(
      bootstrapServers: fixture.cluster.bootstrapServers, clientID: "test", properties: MockCluster.consumerProperties,
      logger: fixture.logger)
  }

  private func places(_ fixture: Fixture, _ offsets: [Int64], partition: Int32 = 0) -> [PartitionOffset] {
    offsets.map { PartitionOffset(TopicPartition(topic: fixture.topic, partition: partition), offset: $0) }
  }

  @Test func placesInAnyOrderOverPartitions() async throws {
    let fixture = try Fixture(partitions: 3)
    let producer = try fixture.producer()
    for partition in 0..<3 {
      _ = try await producer.send(fixture.numbered((partition * 10_000)..<(partition * 10_000 + 3000), partition: Int32(partition)))
    }
    let reader = try reader(fixture)
    var generator = SystemRandomNumberGenerator()
    // Again and again, so that streams are moved forth and back while records of the former ones are on their way.
    for _ in 0..<20 {
      let asked = (0..<200).map { _ in
        (partition: Int32.random(in: 0..<3, using: &generator), offset: Int64.random(in: 0..<3000, using: &generator))
      }
      let contents = try await reader.read(asked.flatMap { places(fixture, [$0.offset], partition: $0.partition) })
      #expect(contents.map(\.text) == asked.map { "\(Int64($0.partition) * 10_000 + $0.offset)" })
    }
    #expect(await reader.close().isClean)
    _ = await producer.close()
  }

  @Test func chunksInOrderAreOneStream() async throws {
    let fixture = try Fixture()
    let producer = try fixture.producer()
    _ = try await producer.send(fixture.numbered(0..<5000))
    let reader = try reader(fixture)
    for chunk in 0..<10 {
      let offsets = Array(Int64(chunk * 500)..<Int64(chunk * 500 + 500))
      #expect(try await reader.read(places(fixture, offsets)).map(\.text) == offsets.map(String.init))
    }
    #expect(await reader.close().isClean)
    _ = await producer.close()
  }

  @Test func keyHeadersAndTimeComeAsTheyAre() async throws {
    let fixture = try Fixture()
    let producer = try fixture.producer()
    var records = OutgoingRecords()
    records.append(topic: fixture.topic, partition: 0, key: nil, value: nil) { headers in
      PackedHeaders.append(name: "a".utf8, value: [1, 2], to: &headers)
    }
    _ = try await producer.send(records)
    let reader = try reader(fixture)
    guard case .found(let record) = try #require(try await reader.read(places(fixture, [0])).first) else {
      Issue.record("not found")
      return
    }
    #expect(record.topic == fixture.topic)
    #expect(record.key == nil && record.value == nil)
    #expect(record.headers.lastValue(named: "a") == [1, 2])
    #expect(record.timestampMilliseconds > 1_600_000_000_000)
    _ = await reader.close()
    _ = await producer.close()
  }

  @Test func whatRetentionRemovedIsGoneAndWhatNeverWasIsUnknown() async throws {
    let fixture = try Fixture()
    let producer = try fixture.producer()
    // The mock cluster keeps 5 MB of a partition.
    for _ in 0..<8 {
      var records = OutgoingRecords()
      for _ in 0..<10 {
        records.append(topic: fixture.topic, partition: 0, key: nil, value: { $0 += [UInt8](repeating: 120, count: 90_000) }) { _ in }
      }
      _ = try await producer.send(records)
    }
    let reader = try reader(fixture)
    let first = try #require(try await bounds(fixture).first?.value)
    #expect(first.lowerBound > 0)
    let contents = try await reader.read(
      places(fixture, [0, first.lowerBound - 1, first.lowerBound, first.upperBound - 1, first.upperBound])
        + places(fixture, [0], partition: 7) + [PartitionOffset(TopicPartition(topic: "absent", partition: 0), offset: 0)])
    #expect(contents.map(\.kind) == ["gone", "gone", "found", "found", "unknown", "unknown", "unknown"])
    guard case .gone(let firstOffset) = contents[0] else { return }
    #expect(firstOffset == first.lowerBound)
    _ = await reader.close()
    _ = await producer.close()
  }

  private func bounds(_ fixture: Fixture) async throws -> [TopicPartition: Range<Int64>] {
    let consumer = try fixture.consumer(.assignment([]))
    let bounds = try await consumer.bounds(fixture.topic)
    _ = await consumer.close()
    return bounds
  }

  @Test func aPlaceWrittenAfterTheStreamReachedTheEndIsFound() async throws {
    let fixture = try Fixture()
    let producer = try fixture.producer()
    let reader = try reader(fixture)
    for number in 0..<5 {
      _ = try await producer.send(fixture.numbered(number..<(number + 1)))
      #expect(try await reader.read(places(fixture, [Int64(number)])).map(\.text) == ["\(number)"])
    }
    _ = await reader.close()
    _ = await producer.close()
  }

  @Test func cancellingAndClosingEndAWaitAtOnce() async throws {
    let fixture = try Fixture()
    let producer = try fixture.producer()
    _ = try await producer.send(fixture.numbered(0..<10))
    let reader = try reader(fixture)
    #expect(try await reader.read(places(fixture, [3])).map(\.text) == ["3"])
    try fixture.cluster.setRoundTrip(.milliseconds(1500), ofBroker: 1)
    let cancelled = Task { try await reader.read(places(fixture, [1])) }
    cancelled.cancel()
    let error = await #expect(throws: KafkaError.self) { _ = try await cancelled.value }
    #expect(error?.code == .cancelled)
    try fixture.cluster.setRoundTrip(.zero, ofBroker: 1)
    #expect(try await reader.read(places(fixture, [2])).map(\.text) == ["2"])
    _ = await reader.close()
    let closed = await #expect(throws: KafkaError.self) { _ = try await reader.read(places(fixture, [1])) }
    #expect(closed?.code == .closed)
    _ = await producer.close()
  }

  @Test func aSilentBrokerIsGivenUp() async throws {
    let fixture = try Fixture()
    let producer = try fixture.producer()
    _ = try await producer.send(fixture.numbered(0..<10))
    let reader = try reader(fixture)
    #expect(try await reader.read(places(fixture, [3])).map(\.text) == ["3"])
    try fixture.cluster.takeDown(1)
    let error = await #expect(throws: KafkaError.self) { _ = try await reader.read(places(fixture, [0]), silenceMax: .milliseconds(700)) }
    #expect(error?.failureClass == .transient)
    _ = await reader.close()
    _ = await producer.close()
  }

  @Test func tooManyPlacesAreRefused() async throws {
    let fixture = try Fixture()
    let reader = try reader(fixture)
    await #expect(throws: KafkaError.self) { _ = try await reader.read(places(fixture, Array(0...Int64(KafkaPlaceReader.placesMax)))) }
    #expect(try await reader.read([]).isEmpty)
    _ = await reader.close()
  }
}

extension KafkaPlaceContent {
  /// The value as text, or what there is instead.
  fileprivate var text: String {
    guard case .found(let record) = self else { return kind }
    return record.value.map { String(decoding: $0, as: UTF8.self) } ?? "nil"
  }

  fileprivate var kind: String {
    switch self {
    case .found: "found"
    case .gone: "gone"
    case .unknown: "unknown"
    }
  }
}
