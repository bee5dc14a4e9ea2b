/// An error to answer with, by its number in Kafka's protocol. Open: any number works.
public struct InjectedError: RawRepresentable, Hashable, Sendable {
  /// The protocol's number; negative ones are librdkafka's.
  public var rawValue: Int32
  /// Makes an error from the protocol's number.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// No error.
  public static let none = InjectedError(rawValue: 0)
  /// The connection breaks instead of an answer.
  public static let connectionBreaks = InjectedError(rawValue: -195)
  /// UNKNOWN_TOPIC_OR_PART.
  public static let unknownTopicOrPartition = InjectedError(rawValue: 3)
  /// NOT_LEADER_FOR_PARTITION.
  public static let notLeader = InjectedError(rawValue: 6)
  /// MSG_SIZE_TOO_LARGE.
  public static let messageTooLarge = InjectedError(rawValue: 10)
  /// COORDINATOR_NOT_AVAILABLE.
  public static let coordinatorNotAvailable = InjectedError(rawValue: 15)
  /// NOT_ENOUGH_REPLICAS.
  public static let notEnoughReplicas = InjectedError(rawValue: 19)
  /// UNKNOWN_MEMBER_ID.
  public static let unknownMember = InjectedError(rawValue: 25)
  /// TOPIC_AUTHORIZATION_FAILED.
  public static let topicAuthorizationFailed = InjectedError(rawValue: 29)
  /// INVALID_PRODUCER_EPOCH.
  public static let invalidProducerEpoch = InjectedError(rawValue: 47)
}
