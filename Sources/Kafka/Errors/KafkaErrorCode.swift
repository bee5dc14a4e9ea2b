extension KafkaError {
  /// An open set of names: every name librdkafka knows, and the few of this module. Compare with the constants; expect others.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name, as `rd_kafka_err2name` gives it.
    public var rawValue: String
    /// Makes a code from its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The waiting task was cancelled; nothing was lost.
    public static let cancelled = Code(rawValue: "CANCELLED")
    /// The client has been closed.
    public static let closed = Code(rawValue: "CLOSED")
    /// librdkafka knows no such property.
    public static let unknownProperty = Code(rawValue: "UNKNOWN_PROPERTY")
    /// A property's value is not acceptable.
    public static let invalidProperty = Code(rawValue: "INVALID_PROPERTY")
    /// The system gave no thread.
    public static let noThread = Code(rawValue: "NO_THREAD")
    /// No bootstrap broker could be reached.
    public static let unreachable = Code(rawValue: "UNREACHABLE")
    /// More callers wait for a batch than allowed.
    public static let tooManyWaiters = Code(rawValue: "TOO_MANY_WAITERS")
    /// The producer's queue stayed full.
    public static let queueFull = Code(rawValue: "_QUEUE_FULL")
    /// A record was not acknowledged within the delivery time-out.
    public static let messageTimedOut = Code(rawValue: "_MSG_TIMED_OUT")
    /// A call was not answered in time.
    public static let timedOut = Code(rawValue: "_TIMED_OUT")
    /// The topic exists already.
    public static let topicAlreadyExists = Code(rawValue: "TOPIC_ALREADY_EXISTS")
    /// The broker knows no such topic or partition.
    public static let unknownTopicOrPartition = Code(rawValue: "UNKNOWN_TOPIC_OR_PART")
    /// The connection to a broker was lost, or there is none.
    public static let transport = Code(rawValue: "_TRANSPORT")
    /// No broker can be reached at the moment.
    public static let allBrokersDown = Code(rawValue: "_ALL_BROKERS_DOWN")
    /// TLS or SASL said no.
    public static let authentication = Code(rawValue: "_AUTHENTICATION")
    /// Nothing was there to commit.
    public static let noOffset = Code(rawValue: "_NO_OFFSET")
    /// The record was given up when the producer closed.
    public static let purged = Code(rawValue: "_PURGE_QUEUE")

    private static let configurationNames: Set<String> = [
      "UNKNOWN_PROPERTY", "INVALID_PROPERTY", "_AUTHENTICATION", "_SSL", "_INVALID_ARG", "_UNKNOWN_TOPIC", "_UNKNOWN_PARTITION",
      "_UNKNOWN_GROUP", "_NOT_CONFIGURED", "_UNSUPPORTED_FEATURE", "SASL_AUTHENTICATION_FAILED", "UNSUPPORTED_SASL_MECHANISM",
      "ILLEGAL_SASL_STATE", "SECURITY_DISABLED", "TOPIC_AUTHORIZATION_FAILED", "GROUP_AUTHORIZATION_FAILED",
      "CLUSTER_AUTHORIZATION_FAILED", "TRANSACTIONAL_ID_AUTHORIZATION_FAILED", "UNKNOWN_TOPIC_OR_PART", "INVALID_CONFIG",
      "INVALID_PARTITIONS", "INVALID_REPLICATION_FACTOR", "INVALID_GROUP_ID", "INVALID_SESSION_TIMEOUT", "POLICY_VIOLATION",
      "INCONSISTENT_GROUP_PROTOCOL", "UNSUPPORTED_VERSION", "UNSUPPORTED_FOR_MESSAGE_FORMAT", "INVALID_REQUIRED_ACKS",
    ]
    private static let permanentNames: Set<String> = [
      "CLOSED", "CANCELLED", "_FATAL", "_FENCED", "_BAD_MSG", "_INVALID_TYPE", "MSG_SIZE_TOO_LARGE", "INVALID_MSG", "INVALID_MSG_SIZE",
      "INVALID_RECORD", "INVALID_TIMESTAMP", "RECORD_LIST_TOO_LARGE", "OFFSET_OUT_OF_RANGE", "OFFSET_METADATA_TOO_LARGE",
      "TOPIC_EXCEPTION", "TOPIC_ALREADY_EXISTS", "INVALID_REQUEST", "OUT_OF_ORDER_SEQUENCE_NUMBER", "FENCED_INSTANCE_ID",
      "INVALID_PRODUCER_EPOCH", "PRODUCER_FENCED", "_NO_OFFSET",
    ]

    /// What kind of fault the code stands for; codes in neither table are transient.
    public var failureClass: FailureClass {
      if Self.configurationNames.contains(rawValue) { return .configuration }
      return Self.permanentNames.contains(rawValue) ? .permanent : .transient
    }
  }
}
