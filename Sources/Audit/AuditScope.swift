import CheckoutSession

/// What an audit compares the records with: how far the group was, from when on the topics are whole, and the times that are configured.
public struct AuditScope: Sendable {
  /// When the reading began: what was published and marked before it can be seen.
  public var startedAt: Timestamp
  /// How far the group was in the request topic; a partition without a commit has nothing consumed.
  public var committed: [Int32: Int64]
  /// From when on the reply topics hold everything; nil: from the beginning.
  public var repliesFrom: Timestamp?
  /// From when on the dead-letter topic holds everything; nil: from the beginning.
  public var deadLettersFrom: Timestamp?
  /// From when on the status topic holds everything; nil: from the beginning.
  public var eventsFrom: Timestamp?
  /// The offsets of the request topic that were read whole, by partition. A dead letter that names another place is outside the range.
  public var requests: [Int32: Range<Int64>]
  /// The request topic.
  public var requestsTopic: String
  /// Whether the ledger was read.
  public var hasLedger: Bool
  /// The configured times.
  public var times: AuditTimes

  /// Makes a scope.
  public init(
    startedAt: Timestamp, committed: [Int32: Int64], repliesFrom: Timestamp? = nil, deadLettersFrom: Timestamp? = nil,
    eventsFrom: Timestamp? = nil,
    requests: [Int32: Range<Int64>] = [:], requestsTopic: String, hasLedger: Bool, times: AuditTimes
  ) {
    self.startedAt = startedAt
    self.committed = committed
    self.repliesFrom = repliesFrom
    self.deadLettersFrom = deadLettersFrom
    self.eventsFrom = eventsFrom
    self.requests = requests
    self.requestsTopic = requestsTopic
    self.hasLedger = hasLedger
    self.times = times
  }
}
