import CheckoutSession
import Kafka
import Logging
import Replay

/// Reads the records that dead letters and plans refer to from their topics.
///
/// The clients connect with the first question and stay connected; ``close()`` ends them. One question after the other is answered.
struct KafkaRecordFetcher: RecordFetcher {
  private let deadLettersTopic: String
  /// Dead letters have a client of their own: a plan is read chunk by chunk, first the letters and then the requests they refer to. One client would read on in
  /// both, and each chunk would have to go back to where the one before had ended.
  private let deadLetters: KafkaPlaceReader
  private let requests: KafkaPlaceReader

  /// - Throws: `KafkaError` for a property that librdkafka does not accept, ``SecretFileError``.
  init(assembly: WorkerAssembly, logger: Logger) throws {
    let properties = try assembly.kafkaProperties()
    let reader = { () throws(KafkaError) in
      try KafkaPlaceReader(
        bootstrapServers: assembly.configuration.kafka.bootstrapServers, clientID: "checkout-worker-replay", properties: properties,
        logger: logger)
    }
    deadLettersTopic = assembly.configuration.kafka.topics.deadLetters
    (deadLetters, requests) = (try reader(), try reader())
  }

  /// The records at these places, in their order; asks for `KafkaPlaceReader.placesMax` of them at a time.
  /// - Throws: `KafkaError`, `CancellationError`.
  func fetch(_ places: [RecordCoordinate]) async throws -> [FetchedRecord] {
    var records = [FetchedRecord](repeating: .unknown, count: places.count)
    for (reader, isDeadLetter) in [(deadLetters, true), (requests, false)] {
      var rest = places.indices.filter { (places[$0].topic == deadLettersTopic) == isDeadLetter }[...]
      while !rest.isEmpty {
        try Task.checkCancellation()
        let some = rest.prefix(KafkaPlaceReader.placesMax)
        rest = rest.dropFirst(some.count)
        for (index, content) in zip(some, try await read(some.map { places[$0] }, from: reader)) { records[index] = Self.record(content) }
      }
    }
    return records
  }

  private func read(_ places: [RecordCoordinate], from reader: KafkaPlaceReader) async throws -> [KafkaPlaceContent] {
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

  /// Ends the clients.
  func close() async {
    async let first = deadLetters.close()
    async let second = requests.close()
    _ = await (first, second)
  }
}
