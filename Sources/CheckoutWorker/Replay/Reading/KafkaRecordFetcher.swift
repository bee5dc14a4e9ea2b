import CheckoutSession
import Kafka
import Logging
import Replay

/// Reads the records that dead letters and plans refer to from their topics.
///
/// The client connects with the first question and stays connected; ``close()`` ends it. One question after the other is answered.
struct KafkaRecordFetcher: RecordFetcher {
  private let reader: KafkaPlaceReader

  /// - Throws: `KafkaError` for a property that librdkafka does not accept, ``SecretFileError``.
  init(assembly: WorkerAssembly, logger: Logger) throws {
    self.reader = try KafkaPlaceReader(
      bootstrapServers: assembly.configuration.kafka.bootstrapServers, clientID: "checkout-worker-replay",
      properties: assembly.kafkaProperties(), logger: logger)
  }

  /// The records at these places, in their order; asks for `KafkaPlaceReader.placesMax` of them at a time.
  /// - Throws: `KafkaError`, `CancellationError`.
  func fetch(_ places: [RecordCoordinate]) async throws -> [FetchedRecord] {
    var records: [FetchedRecord] = []
    records.reserveCapacity(places.count)
    while records.count < places.count {
      try Task.checkCancellation()
      let some = places[records.count...].prefix(KafkaPlaceReader.placesMax)
      records += try await read(some).map(Self.record)
    }
    return records
  }

  private func read(_ places: ArraySlice<RecordCoordinate>) async throws -> [KafkaPlaceContent] {
    do throws(KafkaError) {
      return try await reader.read(
        places.map { PartitionOffset(TopicPartition(topic: $0.topic, partition: $0.partition), offset: $0.offset) })
    } catch {
      try Task.checkCancellation()
      throw error
    }
  }

  private static func record(_ content: KafkaPlaceContent) -> FetchedRecord {
    switch content {
    case .found(let record): .found(record)
    case .gone(let firstOffset): .gone(firstOffset: firstOffset)
    case .unknown: .unknown
    }
  }

  /// Ends the client.
  func close() async { _ = await reader.close() }
}
