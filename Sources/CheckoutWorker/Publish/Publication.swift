import CheckoutSession
import Kafka
import Logging
import Records

/// Publishes the lines of one input to the request topic.
///
/// The next batch is read and checked while the broker acknowledges the one before; there is never more than one under way, so records of one
/// key keep the order of their lines, and memory is bounded by two batches, one chunk and one line.
struct Publication {
  /// Why it stopped before the end of the input, and how the command ends.
  struct Stop: Error {
    /// What is wrong, and what to do.
    var message: String
    /// The exit code.
    var status: ExitStatus
  }

  /// When a batch is sent.
  private static let recordsMax = 1000
  private static let bytesMax = 1 << 20
  private static let brokerTimeout: Duration = .seconds(5)
  private static let closeTimeout: Duration = .seconds(5)

  let configuration: WorkerConfiguration
  let output: CommandOutput
  let logger: Logger
  private var topic: String { configuration.kafka.topics.requests }

  /// Publishes everything up to the end or to the first line that cannot be published, and says what was published.
  func run(_ input: InputFile) async -> ExitStatus {
    let started = ContinuousClock.now
    var published = 0
    do {
      let properties = try WorkerAssembly(configuration: configuration).kafkaProperties()
      try await findTopic(properties)
      let producer = try KafkaProducer(
        configuration: KafkaProducerConfiguration(
          bootstrapServers: configuration.kafka.bootstrapServers, topics: [topic], clientID: "checkout-worker-publish",
          properties: properties),
        logger: logger)
      let stop = await publish(input, with: producer, published: &published)
      _ = await producer.close(timeout: Self.closeTimeout)
      if let stop { throw stop }
      output.write(summary(published, since: started))
      return .done
    } catch {
      let stop = Self.stop(for: error)
      output.writeError(stop.message)
      output.writeError(published == 0 ? "Nothing was published." : "Up to there: " + summary(published, since: started))
      return stop.status
    }
  }

  private func summary(_ published: Int, since started: ContinuousClock.Instant) -> String {
    "published \(HumanText.count(published, "request")) to \(topic) in \(HumanText.duration(started.duration(to: .now)))"
  }

  /// The broker and the topic are looked for first: a producer would keep trying for as long as a record may live.
  private func findTopic(_ properties: [String: String]) async throws {
    let admin = try KafkaAdmin(bootstrapServers: configuration.kafka.bootstrapServers, properties: properties, logger: logger)
    let found: Result<ClusterMetadata, any Error>
    do {
      _ = try await admin.probe(timeout: Self.brokerTimeout)
      found = .success(try await admin.metadata([topic], timeout: Self.brokerTimeout))
    } catch {
      found = .failure(error)
    }
    _ = await admin.close(timeout: .seconds(1))
    let metadata = try found.get()
    guard let error = metadata.topics.first(where: { $0.name == topic })?.error else { return }
    guard error.code == .unknownTopicOrPartition else { throw error }
    let command = TopicCommand(configuration.kafka, brokersCount: metadata.brokers.count).create(topic, partitions: nil)
    throw Stop(message: "The request topic \(topic) does not exist. Create it:\n  \(command)", status: .failed)
  }

  /// - Returns: why it stopped before the end; nil at the end.
  private func publish(_ input: InputFile, with producer: KafkaProducer, published: inout Int) async -> Stop? {
    var lines = LineSplitter(bytesMax: RequestLine.bytesMax)
    var reader = JSONReader()
    var underWay: Task<DeliveryReport, any Error>?
    var stop: Stop?
    var isAtEnd = false
    while stop == nil, !isAtEnd {
      var batch = OutgoingRecords(recordsCapacity: Self.recordsMax, bytesCapacity: Self.bytesMax)
      do {
        isAtEnd = try await fill(&batch, from: input, lines: &lines, reader: &reader)
      } catch {
        // What stands before the faulty line is published; nothing after it is.
        stop = Self.stop(for: error, input: input.name)
      }
      if let failure = await finish(underWay, published: &published) { return failure }
      underWay = batch.isEmpty ? nil : Self.send(batch, with: producer)
    }
    return await finish(underWay, published: &published) ?? stop
  }

  private static func send(_ batch: OutgoingRecords, with producer: KafkaProducer) -> Task<DeliveryReport, any Error> {
    Task { try await producer.send(batch) }
  }

  /// Fills a batch; true when the input has ended.
  private func fill(
    _ batch: inout OutgoingRecords, from input: InputFile, lines: inout LineSplitter, reader: inout JSONReader
  ) async throws -> Bool {
    while batch.count < Self.recordsMax, batch.slab.count < Self.bytesMax {
      if let line = try lines.next() {
        try append(line, to: &batch, name: input.name, reader: &reader)
      } else if lines.hasEnded {
        return true
      } else if let chunk = try await input.next() {
        lines.feed(chunk)
      } else {
        lines.end()
      }
    }
    return false
  }

  private func append(_ line: LineSplitter.Line, to batch: inout OutgoingRecords, name: String, reader: inout JSONReader) throws {
    guard !line.isBlank else { return }
    let request: RequestLine
    do throws(RequestLineError) {
      request = try RequestLine(line.bytes, reader: &reader)
    } catch {
      throw Stop(message: "\(name):\(line.number):\(error.column): \(error.message)", status: .failed)
    }
    batch.append(
      topic: topic, key: request.key, value: { $0.append(contentsOf: request.value) }, headers: { $0.append(contentsOf: request.headers) })
  }

  private func finish(_ underWay: Task<DeliveryReport, any Error>?, published: inout Int) async -> Stop? {
    guard let underWay else { return nil }
    do {
      let report = try await underWay.value
      published += report.recordsCount - report.failures.count
      guard let failure = report.failures.first else { return nil }
      let count = HumanText.count(report.failures.count, "request was", "requests were")
      return Stop(
        message: "\(count) not acknowledged (and may have been written all the same): \(failure.error)",
        status: PartFailure.exitStatus(for: failure.error))
    } catch {
      return Self.stop(for: error)
    }
  }

  private static func stop(for error: any Error, input name: String = "") -> Stop {
    switch error {
    case let stop as Stop: stop
    case let error as LineSplitter.TooLong:
      Stop(message: "\(name):\(error.number): the line is longer than \(HumanText.number(RequestLine.bytesMax)) bytes", status: .failed)
    default: Stop(message: "\(error)", status: PartFailure.exitStatus(for: error))
    }
  }
}
