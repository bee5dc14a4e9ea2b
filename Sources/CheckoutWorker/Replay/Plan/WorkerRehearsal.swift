import CheckoutSession
import Creation
import Kafka
import Ledger
import Logging
import Records
import Replay

/// The create stage's own code over the workers' ledger, without effects: what plans predict with, and what apply makes sure of an edit with.
struct WorkerRehearsal: RequestRehearsal, ReplayLookup {
  /// How long a ledger that is locked or away for the moment is tried again.
  static let patience: Duration = .seconds(30)
  private static let retryInterval: Duration = .milliseconds(100)

  private let rehearsal: CreationRehearsal
  private let ledger: any WorkerLedger
  private let clock: any Clock<Duration>

  /// - Parameter partitionCounts: of the topics that replies may go to; see ``partitionCounts(_:logger:)``.
  init(
    assembly: WorkerAssembly, ledger: any WorkerLedger, partitionCounts: [String: Int], clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.ledger = ledger
    self.clock = clock
    rehearsal = CreationRehearsal(
      configuration: assembly.creation(partitionCounts: partitionCounts), ledger: LedgerClaims(ledger: ledger), wallClock: ledger.clock)
  }

  /// How many partitions each topic has that replies may go to: a request that names one beyond is rejected.
  /// - Throws: `KafkaError`, naming a topic that does not exist; ``SecretFileError``.
  static func partitionCounts(_ assembly: WorkerAssembly, logger: Logger) async throws -> [String: Int] {
    let admin = try KafkaAdmin(
      bootstrapServers: assembly.configuration.kafka.bootstrapServers, properties: assembly.kafkaProperties(), logger: logger)
    let topics = assembly.neededTopics
    let counts: Result<[String: Int], KafkaError>
    do throws(KafkaError) {
      _ = try await admin.probe(timeout: TopicScan.questionMax)
      let metadata = try await admin.metadata(topics, timeout: TopicScan.questionMax)
      var found: [String: Int] = [:]
      for topic in topics { found[topic] = try metadata.partitions(of: topic).count }
      counts = .success(found)
    } catch {
      counts = .failure(error)
    }
    _ = await admin.close(timeout: .seconds(1))
    return try counts.get()
  }

  /// What the worker would do with each record; see ``RequestRehearsal``.
  func rehearse(_ records: [StoredRecord]) async throws(LedgerFailure) -> [RehearsedRequest] {
    try await patiently { () async throws(LedgerFailure) in try await rehearsal.rehearse(records) }
  }

  /// What the ledger knows of these origins.
  func replayRecords(_ origins: [RecordCoordinate]) async throws(LedgerFailure) -> [ReplayRecord?] {
    try await patiently { () async throws(LedgerFailure) in try await ledger.replayRecords(origins) }
  }

  /// Workers write to the ledger meanwhile: what is locked now is free in a moment.
  private func patiently<Value>(_ work: () async throws(LedgerFailure) -> Value) async throws(LedgerFailure) -> Value {
    var waited = Duration.zero
    while true {
      do throws(LedgerFailure) {
        return try await work()
      } catch {
        guard error.isTransient, error.code != .cancelled, waited < Self.patience else { throw error }
        guard (try? await clock.sleep(for: Self.retryInterval)) != nil else { throw error }
        waited += Self.retryInterval
      }
    }
  }
}

/// The ledger in the shape of the rehearsal's port.
private struct LedgerClaims: ClaimRehearsal {
  let ledger: any WorkerLedger

  func rehearse(_ claims: [RequestClaim], at: Timestamp) async throws(LedgerFailure) -> [ClaimOutcome] {
    try await ledger.rehearse(claims, at: at)
  }
}
