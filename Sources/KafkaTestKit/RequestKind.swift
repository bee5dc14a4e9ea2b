/// A kind of request in Kafka's protocol, by its number there. Open: any number works.
public struct RequestKind: RawRepresentable, Hashable, Sendable {
  /// The protocol's number.
  public var rawValue: Int16
  /// Makes a kind from the protocol's number.
  public init(rawValue: Int16) { self.rawValue = rawValue }

  /// Records written.
  public static let produce = RequestKind(rawValue: 0)
  /// Records read.
  public static let fetch = RequestKind(rawValue: 1)
  /// End offsets.
  public static let listOffsets = RequestKind(rawValue: 2)
  /// Brokers and topics.
  public static let metadata = RequestKind(rawValue: 3)
  /// Offsets committed.
  public static let offsetCommit = RequestKind(rawValue: 8)
  /// Committed offsets read.
  public static let offsetFetch = RequestKind(rawValue: 9)
  /// The group's coordinator looked up.
  public static let findCoordinator = RequestKind(rawValue: 10)
  /// A member's sign of life.
  public static let heartbeat = RequestKind(rawValue: 12)
  /// An idempotent producer's identity asked for.
  public static let initProducerID = RequestKind(rawValue: 22)
}
