import CheckoutSession
import Kafka
import Logging
import Records
import Synchronization

/// Reads all topics while the demo runs: what was asked when, what was replied, and what became of the sessions.
final class DemoReader: Sendable {
  private struct State {
    var replies: [DemoReply] = []
    var events: [DemoEvent] = []
    var tally = DemoTally()
    var unreadable: [String: Int] = [:]
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
    let partitions = [topics.requests, topics.replies, topics.status].flatMap { topic in
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

  /// Replies read so far, in the order of their partitions.
  var replies: [DemoReply] { state.withLock { $0.replies } }
  /// Status events read so far, in the order of their partitions.
  var events: [DemoEvent] { state.withLock { $0.events } }
  /// How far it all is.
  var tally: DemoTally { state.withLock { $0.tally } }
  /// Records that are not what belongs into their topic, by topic.
  var unreadable: [String: Int] { state.withLock { $0.unreadable } }
  /// Dead letters read so far.
  var deadLetters: Int { state.withLock { $0.deadLetters } }

  /// Reads until cancelled.
  func run() async {
    while let batch = try? await consumer.nextBatch(BatchLimits(linger: .zero)) {
      state.withLock { state in
        for record in batch.records { take(record, of: batch, into: &state) }
      }
      consumer.finish(batch)
    }
    _ = await consumer.close(timeout: .seconds(2))
  }

  private func take(_ record: Record, of batch: RecordBatch, into state: inout State) {
    let topic = batch.topic(of: record)
    switch topic {
    case topics.deadLetters:
      state.deadLetters += 1
    case topics.requests:
      guard let id = batch.headers(of: record).lastValue(named: "ce_id") else { return }
      if state.firstRequestAt == nil { state.firstRequestAt = .now }
      state.askedAtMilliseconds.merge([(String(decoding: id, as: UTF8.self), record.timestampMilliseconds)]) { first, _ in first }
    case topics.status:
      guard let event = DemoEvent(record, in: batch) else { return state.unreadable[topic, default: 0] += 1 }
      state.events.append(event)
      state.tally.count(event)
    default:
      guard let reply = DemoReply(record, in: batch) else { return state.unreadable[topic, default: 0] += 1 }
      state.lastReplyAt = .now
      state.replies.append(reply)
      state.tally.count(reply)
    }
  }
}
