import CheckoutSession
import Kafka
import Logging
import Records
import Replay

/// The request topic as `replay apply` looks at it: without a group, and without committing anything.
struct KafkaRequestTopic: RequestTopic {
  private let topic: String
  private let scan: TopicScan
  private let consumer: KafkaConsumer

  /// - Throws: `KafkaError`, ``SecretFileError``.
  init(assembly: WorkerAssembly, logger: Logger) throws {
    topic = assembly.configuration.kafka.topics.requests
    // A transaction of the order pipeline that is open must not hide what stands behind it: our own records are in none.
    let uncommitted = ["isolation.level": "read_uncommitted"]
    scan = try TopicScan(assembly: assembly, overriding: uncommitted, logger: logger)
    // One that stays connected: it is asked every few seconds.
    consumer = try KafkaConsumer(
      configuration: KafkaConsumerConfiguration(
        bootstrapServers: assembly.configuration.kafka.bootstrapServers, subscription: .assignment([]), clientID: "checkout-worker-replay",
        properties: try assembly.kafkaProperties().merging(uncommitted) { $1 }),
      logger: logger)
  }

  /// Where every partition ends now.
  /// - Throws: `KafkaError`.
  func ends() async throws -> [Int32: Int64] {
    try await bounds().reduce(into: [:]) { $0[$1.key] = $1.value.upperBound }
  }

  /// Looks for replayed requests. It is complete if every partition still begins before, and ends behind, where it is to be searched from.
  /// - Throws: `KafkaError`, `CancellationError`.
  func search(for marks: Set<ReplayMark>, from offsets: [Int32: Int64]) async throws -> RequestTopicSearch {
    let bounds = try await bounds()
    var ranges: [TopicPartition: Range<Int64>] = [:]
    for (partition, held) in bounds {
      let from = max(held.lowerBound, offsets[partition] ?? 0)
      if from < held.upperBound { ranges[TopicPartition(topic: topic, partition: partition)] = from..<held.upperBound }
    }
    var found: Set<ReplayMark> = []
    try await scan.read(Stretches(ranges)) { batch in
      for record in batch.records {
        if let mark = ReplayMark(batch.headers(of: record)), marks.contains(mark) { found.insert(mark) }
      }
      return found.count < marks.count
    }
    // Retention may have removed something before it was read.
    let boundsNow = try await self.bounds()
    let isComplete = Self.isComplete(from: offsets, in: bounds) && Self.isComplete(from: offsets, in: boundsNow)
    return RequestTopicSearch(found: found, isComplete: isComplete)
  }

  /// Whether everything from the offsets on can still be read. A partition that was not there then must still have its beginning.
  static func isComplete(from offsets: [Int32: Int64], in bounds: [Int32: Range<Int64>]) -> Bool {
    offsets.keys.allSatisfy { bounds[$0] != nil }
      && bounds.allSatisfy { $0.value.lowerBound <= offsets[$0.key] ?? 0 && (offsets[$0.key] ?? 0) <= $0.value.upperBound }
  }

  private func bounds() async throws(KafkaError) -> [Int32: Range<Int64>] {
    try await consumer.bounds(topic, timeout: TopicScan.questionMax).reduce(into: [:]) { $0[$1.key.partition] = $1.value }
  }

  /// Ends the client.
  func close() async { _ = await consumer.close(timeout: .seconds(1), waitsForRecords: false) }
}
