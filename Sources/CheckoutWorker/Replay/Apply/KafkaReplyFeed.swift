import CheckoutSession
import Kafka
import Logging
import Records
import Replay
import Synchronization

/// Reads the reply topics for replies to replayed requests, without a group. Everybody else's replies are passed over by their headers alone.
final class KafkaReplyFeed: ReplyFeed {
  private static let limits = BatchLimits(recordsMax: 8192, bytesMax: 4 * 1024 * 1024, linger: .milliseconds(5))

  private let topics: [String]
  private let bootstrapServers: String
  private let properties: [String: String]
  private let scan: TopicScan
  private let logger: Logger
  private let consumer = Mutex<KafkaConsumer?>(nil)

  /// - Throws: ``SecretFileError``.
  init(assembly: WorkerAssembly, logger: Logger) throws {
    let configuration = assembly.configuration
    let replies = configuration.kafka.topics.replies
    topics = [replies] + configuration.creation.replyTopicsAllowed.filter { $0 != replies }
    bootstrapServers = configuration.kafka.bootstrapServers
    properties = try assembly.kafkaProperties()
    scan = try TopicScan(assembly: assembly, logger: logger)
    self.logger = logger
  }

  /// Finds out where the topics end, or where they were at a moment, and reads from there on.
  /// - Throws: `KafkaError`.
  func begin(since: Timestamp?) async throws {
    // Clocks of workers and brokers differ.
    let from = since.map { $0 - AuditRange.clockTolerance }
    let places = try await scan.ask { consumer throws(KafkaError) in
      var places: [PartitionOffset] = []
      for topic in topics {
        let bounds = try await consumer.bounds(topic, timeout: TopicScan.questionMax)
        var begins = bounds.mapValues(\.upperBound)
        if let from { begins = try await consumer.offsets(since: from.millisecondsSinceEpoch, in: bounds, timeout: TopicScan.questionMax) }
        places += begins.map { PartitionOffset($0.key, offset: $0.value) }
      }
      return places
    }
    let consumer = try KafkaConsumer(
      configuration: KafkaConsumerConfiguration(
        bootstrapServers: bootstrapServers, subscription: .assignment(places), clientID: "checkout-worker-replay", properties: properties),
      logger: logger)
    self.consumer.withLock { $0 = consumer }
  }

  /// The next replies to replayed requests.
  /// - Throws: `KafkaError`, `CancellationError`.
  func next() async throws -> [ReplayReply] {
    guard let consumer = consumer.withLock({ $0 }) else { return [] }
    while true {
      let batch: RecordBatch?
      do throws(KafkaError) {
        batch = try await consumer.nextBatch(Self.limits)
      } catch {
        throw error.code == .cancelled ? CancellationError() : error
      }
      guard let batch else { throw CancellationError() }
      consumer.finish(batch)
      let replies = batch.records.compactMap { Self.reply($0, of: batch) }
      if !replies.isEmpty { return replies }
    }
  }

  /// Ends the client.
  func close() async {
    let consumer = consumer.withLock { $0 }
    _ = await consumer?.close(timeout: .seconds(1), waitsForRecords: false)
  }

  /// The reply, if it is one to a replayed request and can be read.
  static func reply(_ record: Record, of batch: RecordBatch) -> ReplayReply? {
    guard let mark = ReplayMark(batch.headers(of: record)), let value = batch.value(of: record),
      let document = try? JSONDocument.parse(value), let outcome = document.root["outcome"]?.string.flatMap(ReplyOutcome.init(rawValue:)),
      let generation = document.root["generation"]?.int
    else { return nil }
    let errorCode = outcome == .created ? nil : document.root["error"]?["code"]?.string
    return ReplayReply(mark: mark, answer: ReplayAnswer(outcome: outcome, generation: Int(generation), errorCode: errorCode))
  }
}
