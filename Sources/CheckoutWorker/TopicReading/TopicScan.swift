import Kafka
import Logging
import Records

/// Streams whole stretches of topics, in batches, and asks about topics. It joins no group: nobody is disturbed, and nothing committed.
struct TopicScan: Sendable {
  /// How long one question to the brokers may take.
  static let questionMax: Duration = .seconds(10)
  /// A broker that gives nothing for so long has gone away.
  static let silenceMax: Duration = .seconds(60)
  /// So many records are read side by side. With more, partitions come one after the other: a broker may answer with everything it has of those it is asked for,
  /// whatever size it is asked for, and all of that is in memory.
  private static let abreastMax = 40_000
  private static let limits = BatchLimits(recordsMax: 8192, bytesMax: 8 * 1024 * 1024, linger: .milliseconds(5))

  private let bootstrapServers: String
  private let properties: [String: String]
  private let logger: Logger
  private let clientID: String
  private let groupID: String?

  /// - Parameters:
  ///   - clientID: how the brokers' logs call it.
  ///   - groupID: the group whose offsets are asked for; nil if none are.
  ///   - overriding: librdkafka properties that count whatever the operator's say.
  /// - Throws: ``SecretFileError``.
  init(
    assembly: WorkerAssembly, clientID: String = "checkout-worker-replay", groupID: String? = nil, overriding: [String: String] = [:],
    logger: Logger
  ) throws(SecretFileError) {
    bootstrapServers = assembly.configuration.kafka.bootstrapServers
    properties = try assembly.kafkaProperties().merging(overriding) { $1 }
    self.clientID = clientID
    self.groupID = groupID
    self.logger = logger
  }

  /// Asks the brokers something.
  /// - Throws: `KafkaError`; of a question that did not reach them, or was not answered in time, the reason if there was one.
  func ask<Value: Sendable>(_ question: (KafkaConsumer) async throws(KafkaError) -> Value) async throws(KafkaError) -> Value {
    let consumer = try KafkaConsumer(configuration: configuration([]), logger: logger)
    let answer: Result<Value, KafkaError>
    do throws(KafkaError) {
      answer = .success(try await question(consumer))
    } catch {
      let last = consumer.health.lastError
      answer = .failure(error.code == .timedOut || error.code == .transport ? last ?? error : error)
    }
    _ = await consumer.close(timeout: .seconds(1))
    return try answer.get()
  }

  /// Hands the records of these stretches to `take`, batch by batch, in the order of their offsets in each partition. What a batch holds of other records
  /// (written since, say) is to be passed over: ask ``Stretches/contains(_:of:)``.
  ///
  /// No more than one batch is in memory beside what the client has fetched ahead, of ``abreastMax`` records or one partition.
  /// - Parameter take: false ends the reading.
  /// - Throws: `KafkaError`, `CancellationError`, and what `take` throws.
  func read(
    _ stretches: Stretches, isolation: isolated (any Actor)? = #isolation, _ take: (RecordBatch) async throws -> Bool
  ) async throws {
    for part in stretches.parts(recordsMax: Self.abreastMax) {
      guard try await readAbreast(part, isolation: isolation, take) else { return }
    }
  }

  /// False if `take` has ended it.
  private func readAbreast(
    _ stretches: Stretches, isolation: isolated (any Actor)?, _ take: (RecordBatch) async throws -> Bool
  ) async throws -> Bool {
    let consumer = try KafkaConsumer(configuration: configuration(stretches.begins), logger: logger)
    let result: Result<Bool, any Error>
    do {
      // Closing is what ends a wait for records at once.
      let goesOn = try await withTaskCancellationHandler {
        try await read(stretches, from: consumer, isolation: isolation, take)
      } onCancel: {
        Task { await consumer.close(timeout: .seconds(2), waitsForRecords: false) }
      }
      result = .success(goesOn)
    } catch {
      result = .failure(Task.isCancelled ? CancellationError() : error)
    }
    _ = await consumer.close(timeout: .seconds(5), waitsForRecords: false)
    return try result.get()
  }

  private func read(
    _ stretches: Stretches, from consumer: KafkaConsumer, isolation: isolated (any Actor)?, _ take: (RecordBatch) async throws -> Bool
  ) async throws -> Bool {
    var progress = StretchProgress(stretches)
    while !progress.isComplete, let batch = try await nextBatch(consumer) {
      consumer.finish(batch)
      progress.note(batch)
      guard try await take(batch) else { return false }
      try Task.checkCancellation()
    }
    try Task.checkCancellation()
    return true
  }

  private func nextBatch(_ consumer: KafkaConsumer) async throws -> RecordBatch? {
    let answer = await Deadline.wait(Self.silenceMax) { () -> Result<RecordBatch?, KafkaError> in
      do throws(KafkaError) {
        return .success(try await consumer.nextBatch(Self.limits))
      } catch {
        return .failure(error)
      }
    }
    guard let answer else {
      throw consumer.health.lastError
        ?? KafkaError(code: .timedOut, message: "no broker gave a record for \(HumanText.duration(Self.silenceMax))")
    }
    return try answer.get()
  }

  private func configuration(_ places: [PartitionOffset]) -> KafkaConsumerConfiguration {
    // Whole fetches of many records: everything is read, fast rather than soon.
    // What is fetched ahead is in memory beside them: 16 MiB of all partitions together, and one answer more of each broker.
    let tuning = ["fetch.message.max.bytes": "1048576", "queued.min.messages": "20000", "queued.max.messages.kbytes": "16384"]
    return KafkaConsumerConfiguration(
      bootstrapServers: bootstrapServers, subscription: .assignment(places, groupID: places.isEmpty ? groupID : nil),
      clientID: clientID,
      stop: places.isEmpty ? .never : .init(atEndOffsets: true), properties: tuning.merging(properties) { $1 })
  }
}
