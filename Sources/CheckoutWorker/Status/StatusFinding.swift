/// Something that a person should look at, said before everything else.
struct StatusFinding: Hashable, Sendable {
  /// A stable name for scripts.
  enum Code: String, Sendable {
    /// The ledger cannot be read.
    case ledgerUnreadable = "LEDGER_UNREADABLE"
    /// The brokers or the group cannot be asked.
    case kafkaUnknown = "KAFKA_UNKNOWN"
    /// The gateway has said nothing about sessions long after their deadline.
    case unresolvedSessions = "UNRESOLVED_SESSIONS"
    /// Sessions have passed their deadline, and nobody asks about them.
    case notPolled = "NOT_POLLED"
    /// More sessions are due than the quota lets through.
    case pollBacklog = "POLL_BACKLOG"
    /// Status events wait for the broker.
    case eventsUnpublished = "EVENTS_UNPUBLISHED"
    /// Decided replies wait for the broker.
    case repliesUnpublished = "REPLIES_UNPUBLISHED"
  }

  /// What it is.
  var code: Code
  /// What it is and where to go on, on one line.
  var text: String
}
