import CheckoutSession
import Kafka
import Logging
import Records
import Synchronization

/// Reads all topics while the demo runs: what was asked when, and what was replied.
final class DemoReader: Sendable {
  private struct State {
    var replies: [DemoReply] = []
    var unreadable = 0
    var deadLetters = 0
    var askedAtMilliseconds: [String: Int64] = [:]
    var firstRequestAt: ContinuousClock.Instant?
    var lastReplyAt: ContinuousClock.Instant?
  }

  private let consumer: KafkaConsumer
  private let topics: WorkerConfiguration.Kafka.Topics
  private let state = Mutex(State())

  init(_ configuration: WorkerConfiguration) throws {
    let topics = configuration.kafka.topics
    self.topics = topics
    let partitions = [topics.requests, topics.replies].flatMap { topic in
      (0..<Int32(DemoEnvironment.partitions)).map { TopicPartition(topic: topic, partition: $0) }
    }
    let all = partitions + [TopicPartition(topic: topics.deadLetters, partition: 0)]
    consumer = try KafkaConsumer(
      configuration: KafkaConsumerConfiguration(
        bootstrapServers: configuration.kafka.bootstrapServers,
        subscription: .assignment(all.map { PartitionOffset($0, offset: 0) }),
        clientID: "demo-reader", properties: configuration.kafka.properties),
      logger: Logger(label: "demo-reader"))
  }

  /// From the request's record to its reply's record, by the times they bear; requests under a repeated id are left out.
  var latencies: [Duration] {
    state.withLock { state in
      let counts = Dictionary(state.replies.map { ($0.requestID, 1) }, uniquingKeysWith: +)
      return state.replies.compactMap { reply in
        guard counts[reply.requestID] == 1, let asked = state.askedAtMilliseconds[reply.requestID] else { return nil }
        return .milliseconds(max(0, reply.writtenAtMilliseconds - asked))
      }
    }
  }

  /// From the first request read to the last reply read.
  var elapsed: Duration {
    state.withLock { state in
      guard let first = state.firstRequestAt, let last = state.lastReplyAt else { return .zero }
      return first.duration(to: last)
    }
  }

  /// Replies read so far.
  var replies: [DemoReply] { state.withLock { $0.replies } }
  /// Records of the reply topic that are no replies.
  var unreadable: Int { state.withLock { $0.unreadable } }
  /// Dead letters read so far.
  var deadLetters: Int { state.withLock { $0.deadLetters } }

  /// Reads until cancelled.
  func run() async {
    while let batch = try? await consumer.nextBatch(BatchLimits(linger: .zero)) {
      take(batch)
      consumer.finish(batch)
    }
    _ = await consumer.close(timeout: .seconds(2))
  }

  private func take(_ batch: RecordBatch) {
    var replies: [DemoReply] = []
    var unreadable = 0
    var deadLetters = 0
    var asked: [String: Int64] = [:]
    for record in batch.records {
      let topic = batch.topic(of: record)
      if topic == topics.deadLetters {
        deadLetters += 1
      } else if topic == topics.requests {
        guard let id = batch.headers(of: record).lastValue(named: "ce_id") else { continue }
        asked[String(decoding: id, as: UTF8.self)] = record.timestampMilliseconds
      } else if let reply = DemoReply(record, in: batch) {
        replies.append(reply)
      } else {
        unreadable += 1
      }
    }
    state.withLock { state in
      if state.firstRequestAt == nil, !asked.isEmpty { state.firstRequestAt = .now }
      if !replies.isEmpty { state.lastReplyAt = .now }
      state.replies += replies
      state.unreadable += unreadable
      state.deadLetters += deadLetters
      state.askedAtMilliseconds.merge(asked) { first, _ in first }
    }
  }
}
