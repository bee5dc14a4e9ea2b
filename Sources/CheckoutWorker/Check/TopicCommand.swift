/// The commands of Kafka's own tools that mend what a check has found, to be copied and run.
struct TopicCommand {
  private let kafka: WorkerConfiguration.Kafka
  private let brokersCount: Int

  /// - Parameter brokersCount: how many brokers the cluster has: replicas are proposed accordingly.
  init(_ kafka: WorkerConfiguration.Kafka, brokersCount: Int) {
    self.kafka = kafka
    self.brokersCount = brokersCount
  }

  /// Creates a topic.
  /// - Parameter partitions: how many; nil for as many as usual (the number of the request topic bounds how many workers share the work).
  func create(_ topic: String, partitions: Int?) -> String {
    "kafka-topics.sh \(connection) --create --topic \(topic) --partitions \(max(partitions ?? 6, 1)) --replication-factor \(min(3, max(1, brokersCount)))"
  }

  /// Allows operations on a topic.
  func allow(_ operations: [String], onTopic topic: String) -> String { allow(operations, "--topic \(topic)") }

  /// Allows the operations a consumer needs on its group.
  func allowGroup() -> String { allow(["Read"], "--group \(kafka.groupId)") }

  private func allow(_ operations: [String], _ resource: String) -> String {
    let user = kafka.properties["sasl.username"].map { "User:\($0)" } ?? "User:NAME"
    let list = operations.map { "--operation \($0)" }.joined(separator: " ")
    return "kafka-acls.sh \(connection) --add --allow-principal \(user) \(list) \(resource)"
  }

  /// One server is enough, and a file with credentials where the cluster wants some.
  private var connection: String {
    let server = kafka.bootstrapServers.split(separator: ",").first.map(String.init) ?? kafka.bootstrapServers
    let isPlain = ["plaintext", nil].contains(kafka.properties["security.protocol"]?.lowercased())
    return "--bootstrap-server \(server)" + (isPlain ? "" : " --command-config client.properties")
  }
}
