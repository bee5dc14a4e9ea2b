import CheckoutSession
import Kafka
import Records

/// Reads everything that the worker writes, while it does.
final class TopicReader: Sendable {
  let records = Watched<[ReadRecord]>([])
  private let consumer: KafkaConsumer
  private let repliesTopics: Set<String>
  private let deadLetters: String
  private let statuses: String

  /// - Parameter moreTopics: reply topics beside the lane's.
  init(_ lane: Lane, moreTopics: [String] = []) throws {
    let repliesTopics = [lane.replies] + moreTopics
    self.repliesTopics = Set(repliesTopics)
    deadLetters = lane.deadLetters
    statuses = lane.statuses
    let partitions = (repliesTopics + [lane.statuses]).flatMap { topic in
      (0..<Int32(lane.partitions)).map { TopicPartition(topic: topic, partition: $0) }
    }
    let all = partitions + (0..<Int32(lane.deadLetterPartitions)).map { TopicPartition(topic: lane.deadLetters, partition: $0) }
    // A short fetch wait, because the mock cluster holds every fetch for all of it.
    consumer = try KafkaConsumer(
      configuration: KafkaConsumerConfiguration(
        bootstrapServers: lane.bootstrapServers, subscription: .assignment(all.map { PartitionOffset($0, offset: 0) }),
        clientID: "e2e-reader", properties: ["fetch.wait.max.ms": "10", "reconnect.backoff.max.ms": "200"].merging(lane.properties) { $1 }),
      logger: .silent)
    Task { [consumer, records] in
      while let batch = try? await consumer.nextBatch(BatchLimits(linger: .zero)) {
        let read = batch.records.map { ReadRecord($0, in: batch) }
        records.update { $0 += read }
        consumer.finish(batch)
      }
    }
  }

  deinit {
    let consumer = consumer
    Task { _ = await consumer.close(timeout: .seconds(2)) }
  }

  /// Stops reading and waits for the end of it.
  func close() async { _ = await consumer.close(timeout: .seconds(2)) }

  /// Replies read so far.
  var replies: [ReadReply] {
    get throws { try records.now.filter { repliesTopics.contains($0.topic) }.map(ReadReply.init) }
  }

  /// Dead letters read so far.
  var deadLetterRecords: [ReadRecord] { records.now.filter { $0.topic == deadLetters } }

  /// Waits until there are at least `count` replies, and gives all there are.
  func replies(atLeast count: Int, timeout: Duration = .seconds(60)) async throws -> [ReadReply] {
    let repliesTopics = repliesTopics
    return try await records.wait(for: "\(count) replies", timeout: timeout) { records -> [ReadRecord]? in
      guard records.count >= count else { return nil }
      let replies = records.filter { repliesTopics.contains($0.topic) }
      return replies.count >= count ? replies : nil
    }.map(ReadReply.init)
  }

  /// Reads on to the present ends of all topics and gives every reply there is: none too many can hide behind the last one that was waited for.
  func allReplies() async throws -> [ReadReply] {
    try await catchUp()
    return try replies
  }

  /// The same for dead letters.
  func allDeadLetters() async throws -> [ReadRecord] {
    try await catchUp()
    return deadLetterRecords
  }

  /// Reads on to the present ends of all topics and gives every status event there is.
  func allEvents() async throws -> [ReadEvent] {
    try await catchUp()
    return try records.now.filter { $0.topic == statuses }.map(ReadEvent.init)
  }

  /// Waits until `count` sessions have an event of one of these kinds, and gives all events there are.
  func events(_ wanted: Set<SessionStatus>, atLeast count: Int, timeout: Duration = .seconds(60)) async throws -> [ReadEvent] {
    let (statuses, types) = (statuses, Set(wanted.map(\.cloudEventsType)))
    return try await records.wait(for: "\(count) events of \(types.sorted())", timeout: timeout) { records -> [ReadRecord]? in
      guard records.count >= count else { return nil }
      let events = records.filter { $0.topic == statuses }
      let told = Set(events.filter { $0.text("ce_type").map(types.contains) ?? false }.map { $0.text("ce_id") })
      return told.count >= count ? events : nil
    }.map(ReadEvent.init)
  }

  /// Waits until `count` sessions have ended, and gives all events there are.
  func ends(atLeast count: Int, timeout: Duration = .seconds(60)) async throws -> [ReadEvent] {
    try await events(SessionStatus.ends, atLeast: count, timeout: timeout)
  }

  private func catchUp() async throws {
    var recordsCount: Int64 = 0
    for topic in repliesTopics.union([deadLetters, statuses]) { recordsCount += try await consumer.endOffsets(topic).values.reduce(0, +) }
    let wanted = Int(recordsCount)
    return try await records.wait(for: "all \(wanted) records of the topics") { $0.count >= wanted ? () : nil }
  }
}
