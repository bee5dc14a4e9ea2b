import Kafka
import Logging

/// Whether the consumer group may be used and the leaders of the request topic can be reached, tried without joining the group: a member more
/// would make every worker of the group stop and share anew.
struct GroupCheck {
  let kafka: WorkerConfiguration.Kafka
  let properties: [String: String]
  let brokers: [ClusterMetadata.Broker]
  let logger: Logger

  /// The line of this check.
  func run(_ partitions: [TopicPartition]) async -> CheckResult {
    let subject = "group \(kafka.groupId)"
    let (kafka, properties, logger) = (kafka, properties, logger)
    let offsets = await Deadline.wait(GroupOffsets.timeout * 3) {
      await GroupOffsets.read(kafka: kafka, properties: properties, partitions: partitions, logger: logger)
    }
    switch offsets ?? .failure(KafkaError(code: .timedOut, message: "no answer within \(GroupOffsets.timeout * 3)")) {
    case .success(let offsets):
      let committed = offsets.committed.isEmpty ? "nothing committed yet" : "may read its offsets"
      return .ok(subject, "\(committed), every leader of \(kafka.topics.requests) answers")
    case .failure(let error):
      let status = PartFailure.exitStatus(for: error)
      guard status != .refused else {
        return .fail(subject, "\(error)", status, advice: "Allow it:", TopicCommand(kafka, brokersCount: brokers.count).allowGroup())
      }
      let names = brokers.map { "\($0.host):\($0.port)" }.joined(separator: ", ")
      return .fail(
        subject, "its coordinator or a leader does not answer: \(error)", status,
        advice: "The brokers tell clients to use \(names): all of these must be reachable from here (advertised.listeners).")
    }
  }
}
