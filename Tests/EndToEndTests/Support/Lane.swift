import FoundationEssentials
import Kafka
import KafkaTestKit
import Logging

/// What one test has for itself: topics, a consumer group, a ledger, and the worker configuration for them.
final class Lane: Sendable {
  static let merchantID = "5d1f4a4e-2f43-4f0b-9d0a-6d1c6a1f3b77"
  static let clientSecret = "e2e-client-secret-Zq81"
  static let hostedURLOrigin = "https://stg-wallet.healthsafepay.com"

  let bootstrapServers: String
  let properties: [String: String]
  let gatewayPort: Int
  let partitions: Int
  /// How many partitions the dead-letter topic has.
  let deadLetterPartitions: Int
  let requests: String
  let replies: String
  let deadLetters: String
  let statuses: String
  let group: String
  let folder: String
  /// Settings of the worker beside those that every lane has.
  let settings: [String: String]

  /// Topics are made by ``createTopics(_:)``, so that a test can start the worker before them.
  /// - Parameter hasShippedNames: whether its topics have the names that they have by default. For one test of a broker.
  init(
    _ name: String, bootstrapServers: String, properties: [String: String], gatewayPort: Int, partitions: Int = 3,
    deadLetterPartitions: Int = 1, settings: [String: String] = [:], hasShippedNames: Bool = false
  ) throws {
    let id = "e2e.\(name).\(UUID().uuidString.prefix(8).lowercased())"
    self.bootstrapServers = bootstrapServers
    self.properties = properties
    self.gatewayPort = gatewayPort
    self.partitions = partitions
    self.deadLetterPartitions = deadLetterPartitions
    self.settings = settings
    requests = hasShippedNames ? "checkout.session-requests" : "\(id).requests"
    replies = hasShippedNames ? "checkout.session-replies" : "\(id).replies"
    deadLetters = hasShippedNames ? "checkout.session-requests.dlq" : "\(id).dlq"
    statuses = hasShippedNames ? "checkout.session-status" : "\(id).status"
    group = "\(id).group"
    folder = FileManager.default.temporaryDirectory.path + "/\(id)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// A lane on the shared broker and simulator, with its topics, and the scenario begun anew.
  static func shared(_ name: String, scenario: String, partitions: Int = 3, moreTopics: [String] = []) async throws -> Lane {
    let environment = try EndToEndEnvironment.shared
    try await environment.simulator.begin(scenario)
    let lane = try Lane(
      name, bootstrapServers: environment.bootstrapServers, properties: environment.properties, gatewayPort: environment.simulator.port,
      partitions: partitions)
    try await lane.createTopics(moreTopics)
    return lane
  }

  /// Every topic and how many partitions it has.
  private var topics: [(name: String, partitions: Int)] {
    [(requests, partitions), (replies, partitions), (statuses, partitions), (deadLetters, deadLetterPartitions)]
  }

  /// Creates the topics and waits until they are ready.
  func createTopics(_ more: [String] = []) async throws {
    let admin = try KafkaAdmin(bootstrapServers: bootstrapServers, logger: .silent)
    let all = topics + more.map { ($0, partitions) }
    try await admin.createTopics(all.map { NewTopic(name: $0.name, partitionsCount: $0.partitions, replication: 1) })
    try await admin.waitUntilReady(all.map(\.name))
    _ = await admin.close()
  }

  /// The same on a mock cluster, which knows no CreateTopics request.
  func createTopics(on cluster: MockCluster) throws {
    for topic in topics { try cluster.createTopic(topic.name, partitions: topic.partitions) }
  }

  /// The path of the ledger.
  var ledgerPath: String { folder + "/ledger.sqlite" }

  /// The worker's configuration for this lane.
  var configuration: [String: String] {
    [
      "kafka.bootstrapServers": bootstrapServers, "kafka.groupId": group, "kafka.topics.requests": requests,
      "kafka.topics.replies": replies, "kafka.topics.status": statuses,
      "kafka.topics.deadLetters": deadLetters, "gateway.environment": "custom",
      "gateway.baseURL": "http://127.0.0.1:\(gatewayPort)/checkout/v1",
      "gateway.hostedURLOrigin": Self.hostedURLOrigin, "gateway.token.url": "http://127.0.0.1:\(gatewayPort)/oauth2/token",
      "gateway.token.clientId": "e2e", "gateway.token.scope": "e2e", "gateway.quota.requestsPerSecond": "unlimited",
      "merchants.e2e.id": Self.merchantID, "merchants.e2e.upstreamEnv": "e2e", "ledger.url": "sqlite:\(ledgerPath)", "admin.port": "0",
    ].merging(settings) { $1 }
  }

  /// Starts the worker on this lane.
  /// - Parameters:
  ///   - command: the command and its own flags, for instance `run --drain`.
  ///   - settings: over ``configuration``; an empty value leaves a key out.
  ///   - properties: librdkafka properties, over those of the broker.
  func worker(
    _ command: [String], settings: [String: String] = [:], properties: [String: String] = [:], flags: [String] = [],
    environment: [String: String] = [:]
  ) throws -> RunningProcess {
    var arguments = command
    for (key, value) in configuration.merging(settings, uniquingKeysWith: { $1 }) where !value.isEmpty {
      arguments += ["--set", "\(key)=\(value)"]
    }
    for (name, value) in self.properties.merging(properties, uniquingKeysWith: { $1 }) { arguments += ["-X", "\(name)=\(value)"] }
    return try RunningProcess.start(
      Executables.worker, arguments + flags,
      environment: ["CHECKOUT_GATEWAY_TOKEN_CLIENT_SECRET": Self.clientSecret].merging(environment) { $1 })
  }

  /// Runs the worker until it has drained the topic.
  func drain(settings: [String: String] = [:], flags: [String] = [], within: Duration = .seconds(90)) async throws -> ProcessOutput.Ending {
    try await worker(["run", "--drain"], settings: settings, flags: flags).end(within: within)
  }

  /// How many records of the request topic the group has not committed.
  func lag() async throws -> Int64 {
    try await askingBroker { consumer, all in
      let ends = try await consumer.endOffsets(requests)
      let committed = try await consumer.committed(all)
      return ends.reduce(0) { $0 + $1.value - (committed[$1.key] ?? 0) }
    }
  }

  /// What the group has committed, by partition of the request topic.
  func committedOffsets() async throws -> [Int32: Int64] {
    try await askingBroker { consumer, all in
      Dictionary(try await consumer.committed(all).map { ($0.key.partition, $0.value) }, uniquingKeysWith: { first, _ in first })
    }
  }

  private func askingBroker<Value>(_ ask: (KafkaConsumer, [TopicPartition]) async throws -> Value) async throws -> Value {
    let all = (0..<Int32(partitions)).map { TopicPartition(topic: requests, partition: $0) }
    let consumer = try KafkaConsumer(
      configuration: KafkaConsumerConfiguration(
        bootstrapServers: bootstrapServers,
        subscription: .assignment(all.map { PartitionOffset($0, offset: PartitionOffset.end) }, groupID: group), properties: properties),
      logger: .silent)
    let value = try await ask(consumer, all)
    _ = await consumer.close()
    return value
  }
}

extension Logger {
  /// For clients whose trouble shows as a thrown error.
  static let silent = Logger(label: "e2e") { _ in SwiftLogNoOpLogHandler() }
}
