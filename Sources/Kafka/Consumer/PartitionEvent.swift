/// What a rebalance did.
public struct PartitionEvent: Hashable, Sendable {
  /// Kinds of change.
  public enum Kind: String, Hashable, Sendable {
    /// The partitions are ours from now on.
    case assigned
    /// The partitions are being taken away: finish their records in flight.
    case revoking
    /// The partitions went after a revocation; what was in flight is fenced.
    case revoked
    /// The partitions were gone before we knew (session timed out): fenced at once.
    case lost
  }

  /// What happened.
  public var kind: Kind
  /// To which partitions.
  public var partitions: [TopicPartition]
}
