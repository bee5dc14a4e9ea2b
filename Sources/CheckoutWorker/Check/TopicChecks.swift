import Kafka
import Logging

/// Whether the topics that `run` and `reconcile` read and write are there and can be used.
struct TopicChecks {
  let assembly: WorkerAssembly
  let properties: [String: String]
  let brokers: [ClusterMetadata.Broker]
  let logger: Logger

  private static let timeout: Duration = .seconds(5)
  private var kafka: WorkerConfiguration.Kafka { assembly.configuration.kafka }

  /// A line for each topic, in the order of ``WorkerAssembly/allTopics``; and the request topic's partitions if it can be read.
  func run() async -> (results: [CheckResult], requests: [TopicPartition]?) {
    let answers = await metadata()
    let requests = try? answers[kafka.topics.requests]?.get()
    let results = assembly.allTopics.map { name in
      result(
        name, answers[name] ?? .failure(Self.noAnswer),
        requestPartitions: requests.flatMap { $0.partitions.isEmpty ? nil : $0.partitions.count })
    }
    return (
      results, requests?.isReady == true ? requests?.partitions.map { TopicPartition(topic: kafka.topics.requests, partition: $0.id) } : nil
    )
  }

  private static var noAnswer: KafkaError { KafkaError(code: .timedOut, message: "no answer within \(timeout * 2)") }

  private func metadata() async -> [String: Result<ClusterMetadata.Topic, KafkaError>] {
    let (kafka, properties, logger, topics) = (kafka, properties, logger, assembly.allTopics)
    return await Deadline.wait(Self.timeout * 2 + .seconds(2)) {
      do throws(KafkaError) {
        let admin = try KafkaAdmin(bootstrapServers: kafka.bootstrapServers, properties: properties, logger: logger)
        let answers = await Self.ask(admin, topics)
        _ = await admin.close(timeout: .seconds(1))
        return answers
      } catch {
        return Dictionary(uniqueKeysWithValues: topics.map { ($0, .failure(error)) })
      }
    } ?? [:]
  }

  private static func ask(_ admin: KafkaAdmin, _ topics: [String]) async -> [String: Result<ClusterMetadata.Topic, KafkaError>] {
    await withTaskGroup(of: (String, Result<ClusterMetadata.Topic, KafkaError>).self) { group in
      for topic in topics {
        group.addTask {
          do throws(KafkaError) {
            let metadata = try await admin.metadata([topic], timeout: timeout)
            let found = metadata.topics.first { $0.name == topic }
            return (
              topic, found.map { .success($0) } ?? .failure(KafkaError(code: .unknownTopicOrPartition, message: "unknown", topic: topic))
            )
          } catch {
            return (topic, .failure(error))
          }
        }
      }
      var answers: [String: Result<ClusterMetadata.Topic, KafkaError>] = [:]
      for await (topic, answer) in group { answers[topic] = answer }
      return answers
    }
  }

  /// The line of one topic. Pure.
  func result(_ name: String, _ answer: Result<ClusterMetadata.Topic, KafkaError>, requestPartitions: Int?) -> CheckResult {
    let subject = "topic \(name)"
    switch answer {
    case .failure(let error): return failure(subject, name, error, requestPartitions: requestPartitions)
    case .success(let topic):
      if let error = topic.error { return failure(subject, name, error, requestPartitions: requestPartitions) }
      return state(subject, topic)
    }
  }

  private func state(_ subject: String, _ topic: ClusterMetadata.Topic) -> CheckResult {
    let count = HumanText.count(topic.partitions.count, "partition")
    let leaderless = topic.partitions.filter { $0.leader == nil }.map(\.id).sorted()
    guard leaderless.isEmpty, !topic.partitions.isEmpty else {
      return .fail(
        subject, "\(count), but no leader for \(leaderless.map(String.init).joined(separator: ", "))", .tryAgainLater,
        advice: "Brokers that hold these partitions are down: bring one of them back.")
    }
    let replicas = topic.partitions.map(\.replicasCount)
    let least = replicas.min() ?? 0
    let detail = "\(count), \(HumanText.count(least, "replica")), all with a leader"
    let lagging = topic.partitions.filter { $0.inSyncCount < $0.replicasCount }.map(\.id).sorted()
    if !lagging.isEmpty {
      return .warn(
        subject, "\(detail), but not all replicas in sync in \(lagging.map(String.init).joined(separator: ", "))",
        advice: "Writes stop when fewer are in sync than min.insync.replicas. Look at the brokers.")
    }
    if least < 2, brokers.count > 1 {
      return .warn(subject, detail, advice: "One replica in a cluster of \(brokers.count): the topic ends with its broker. Use 3.")
    }
    return .ok(subject, detail)
  }

  private func failure(_ subject: String, _ name: String, _ error: KafkaError, requestPartitions: Int?) -> CheckResult {
    let command = TopicCommand(kafka, brokersCount: brokers.count)
    if error.code == .unknownTopicOrPartition {
      return .fail(
        subject, "does not exist", .failed,
        advice: "Create it:", command.create(name, partitions: name == kafka.topics.requests ? nil : requestPartitions))
    }
    let status = PartFailure.exitStatus(for: error)
    guard status == .refused else { return .fail(subject, error.message, status, advice: "Look at the brokers' logs.") }
    let operations = name == kafka.topics.requests ? ["Read", "Describe"] : ["Write", "Describe"]
    return .fail(subject, error.message, status, advice: "Allow it:", command.allow(operations, onTopic: name))
  }
}
