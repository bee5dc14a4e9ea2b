import Creation
import Gateway
import Kafka
import Ledger
import Pacing
import Reconciliation
import Records

/// Turns the configuration into those of the parts. The one place that knows both sides.
struct WorkerAssembly: Sendable {
  let configuration: WorkerConfiguration

  /// Every topic that `run` writes to.
  var writtenTopics: [String] {
    var topics = [configuration.kafka.topics.replies, configuration.kafka.topics.deadLetters]
    for topic in configuration.creation.replyTopicsAllowed where !topics.contains(topic) { topics.append(topic) }
    return topics
  }

  /// Every topic that `run` needs.
  var neededTopics: [String] { [configuration.kafka.topics.requests] + writtenTopics }

  /// Every topic that the commands need.
  var allTopics: [String] { neededTopics + [configuration.kafka.topics.status] }

  /// The operator's librdkafka properties, credentials read from their files.
  /// - Throws: ``SecretFileError``.
  func kafkaProperties() throws(SecretFileError) -> [String: String] {
    var properties = configuration.kafka.properties
    for (name, source) in configuration.kafka.secretProperties { properties[name] = try source.read().reveal() }
    return properties
  }

  /// The consumer of requests.
  /// - Parameter onPartitionEvent: called on the consumer's thread when partitions come and go.
  func consumer(
    stop: KafkaConsumerConfiguration.StopCondition, onPartitionEvent: (@Sendable (PartitionEvent) -> Void)? = nil
  ) throws(SecretFileError) -> KafkaConsumerConfiguration {
    KafkaConsumerConfiguration(
      bootstrapServers: configuration.kafka.bootstrapServers,
      subscription: .group(id: configuration.kafka.groupId, topics: [configuration.kafka.topics.requests]), stop: stop,
      properties: try kafkaProperties(), onPartitionEvent: onPartitionEvent)
  }

  /// A producer.
  /// - Parameter topics: what it will write to.
  func producer(topics: [String]) throws(SecretFileError) -> KafkaProducerConfiguration {
    KafkaProducerConfiguration(
      bootstrapServers: configuration.kafka.bootstrapServers, topics: topics, properties: try kafkaProperties())
  }

  /// The create stage.
  /// - Parameter partitionCounts: of the reply topics.
  func creation(partitionCounts: [String: Int]) -> CreationConfiguration {
    let creation = configuration.creation
    let merchants = configuration.merchants
    return CreationConfiguration(
      batch: BatchLimits(recordsMax: creation.batch.recordsMax, bytesMax: creation.batch.bytesMax, linger: creation.batch.linger),
      batchesInFlight: creation.batchesInFlight,
      attempts: AttemptPolicy(attemptsMax: creation.maxAttempts, deadline: creation.batchDeadline),
      pacer: pacer, minimumRemainingLifetime: creation.minimumRemainingLifetime / configuration.gateway.timeScale,
      lifetimeUncertainty: lifetimeUncertainty, firstPollAfter: reconciliation.firstPollAfter,
      deadLetterPayload: deadLetterPayload,
      routing: ReplyRouting(
        repliesTopic: configuration.kafka.topics.replies, deadLettersTopic: configuration.kafka.topics.deadLetters,
        replyTopicsAllowed: Set(creation.replyTopicsAllowed), partitionCounts: partitionCounts, consumerGroup: configuration.kafka.groupId,
        source: Self.eventSource),
      merchants: MerchantDirectory(
        ids: merchants.all.map(\.id), defaultIndex: merchants.all.firstIndex { $0.name == merchants.defaultName }),
      drainTimeout: Self.drainTimeout)
  }

  /// How long requests in flight may go on after SIGTERM; see `CreationWorker` for how the 25 s of a drain are shared out.
  static let drainTimeout: Duration = .seconds(12)

  /// How long after its computed end a session's URL may still work: the gateway may have made it up to a request time-out after the request
  /// left, and clocks differ.
  var lifetimeUncertainty: Duration { configuration.gateway.requestTimeout + .seconds(15) }

  /// `ce_source` of everything that is published.
  static let eventSource = "/checkout-worker"

  /// The whole of the quota; what part of it a process may use is the ``QuotaKeeper``'s business.
  var pacer: PacerConfiguration {
    let quota = Self.quota(configuration.gateway.quota)
    // A retry of a request that the gateway never processed is no extra load, so an outage must not leave a queue that drains at a trickle:
    // half of the quota may be retries at any time.
    let retriesPerSecond = quota.isUnlimited ? 500 : max(10, quota.requestsPerSecond / 2)
    return PacerConfiguration(
      quota: quota, merchantQuotas: configuration.merchants.all.map { $0.quota.map(Self.quota) ?? .unlimited },
      concurrentRequestsMax: configuration.gateway.maxConcurrentRequests,
      retryBudget: RetryBudgetConfiguration(ratio: 0.2, minimumPerSecond: retriesPerSecond, window: .seconds(10)))
  }

  private static func quota(_ quota: WorkerConfiguration.Quota) -> Quota {
    guard let rate = quota.requestsPerSecond.requestsPerSecond else { return .unlimited }
    return Quota(requestsPerSecond: rate, burst: quota.burst)
  }

  private var deadLetterPayload: DeadLetterPayload {
    switch configuration.deadLetters.payload {
    case .reference: .reference
    case .full: .full
    case .redacted: .redacted
    }
  }
}
