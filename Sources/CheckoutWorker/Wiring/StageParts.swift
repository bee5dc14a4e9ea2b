import Gateway
import Kafka
import Ledger
import Logging

/// The parts that every stage has: ledger, gateway client and producer.
struct StageParts: Sendable {
  let ledger: any WorkerLedger
  let gateway: GatewayClient
  let producer: KafkaProducer

  private static let purgeAfter: Duration = .seconds(16)
  private static let purgeTimeout: Duration = .seconds(1)
  private static let producerCloseTimeout: Duration = .seconds(2)
  private static let gatewayGrace: Duration = .milliseconds(500)

  /// Opens them, runs `work`, and closes them in order, however it ends.
  /// - Parameter topics: what `work` publishes to.
  /// - Throws: what cannot be opened, and what `work` throws.
  static func withOpen<Value: Sendable>(
    _ assembly: WorkerAssembly, topics: [String], startup: StartupWait, logger: Logger, _ work: (StageParts) async throws -> Value
  ) async throws -> Value {
    let ledger = try await startup.retrying("ledger", at: "\(assembly.configuration.ledger.store)") {
      try await assembly.openLedger(.readWrite, logger: Logger(label: "ledger"))
    }
    let gateway = try GatewayClient(configuration: assembly.gateway(), wallClock: ledger.clock, logger: Logger(label: "gateway"))
    let producer = try KafkaProducer(configuration: assembly.producer(topics: topics), logger: Logger(label: "kafka-producer"))
    let parts = StageParts(ledger: ledger, gateway: gateway, producer: producer)
    do {
      let value = try await work(parts)
      await parts.close(logger)
      return value
    } catch {
      await parts.close(logger)
      throw error
    }
  }

  /// The number of partitions of each topic, which also proves that the broker can be reached and that the topics are there.
  func partitionCounts(of topics: [String]) async throws -> [String: Int] {
    var counts: [String: Int] = [:]
    for topic in topics { counts[topic] = try await producer.partitionsCount(of: topic, timeout: .seconds(5)) }
    return counts
  }

  /// Ends every publication that a silent broker holds up, once a drain has lasted long enough. Does nothing if the producer has been closed by then.
  func purgePublicationsLater() {
    Task { [producer] in
      try await ContinuousClock().sleep(for: Self.purgeAfter)
      _ = await producer.close(timeout: Self.purgeTimeout)
    }
  }

  private func close(_ logger: Logger) async {
    async let gatewayIsDown: Void = gateway.shutdown(grace: Self.gatewayGrace)
    await producer.close(timeout: Self.producerCloseTimeout).log("producer", logger)
    await gatewayIsDown
    await ledger.close()
  }
}

extension CloseReport {
  /// One warning if the client did not close cleanly.
  func log(_ client: String, _ logger: Logger) {
    // Records that were given up come again, as a drain has said already.
    guard unfinishedStep != nil || commitError != nil else { return }
    logger.warning(
      "the \(client) did not close cleanly",
      metadata: [
        "unfinished_step": "\(unfinishedStep?.rawValue ?? "none")", "records_abandoned": "\(recordsAbandonedCount)",
        "commit_error": "\(commitError.map(String.init(describing:)) ?? "none")",
      ])
  }
}
