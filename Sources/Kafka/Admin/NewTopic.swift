/// A topic to create.
public struct NewTopic: Hashable, Sendable {
  /// Its name.
  public var name: String
  /// How many partitions; nil for the broker's default.
  public var partitionsCount: Int?
  /// How many replicas of each; nil for the broker's default.
  public var replication: Int?
  /// Topic properties (`retention.ms`, `cleanup.policy`, …).
  public var properties: [String: String]

  /// Describes a topic.
  public init(name: String, partitionsCount: Int? = nil, replication: Int? = nil, properties: [String: String] = [:]) {
    self.name = name
    self.partitionsCount = partitionsCount
    self.replication = replication
    self.properties = properties
  }
}
