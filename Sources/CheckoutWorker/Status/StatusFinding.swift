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
    /// Sessions are due for long, and nobody asks about any.
    case notPolled = "NOT_POLLED"
    /// Sessions are due for long although polls are made: more are due than the quota lets through.
    case pollBacklog = "POLL_BACKLOG"
    /// Sessions are long past their deadline: they are asked about in vain.
    case notEnding = "NOT_ENDING"
    /// Status events wait for the broker.
    case eventsUnpublished = "EVENTS_UNPUBLISHED"
    /// Requests were taken and have no decision for long: the worker holds them, or has died.
    case requestsHeld = "REQUESTS_HELD"
    /// Decided replies wait for the broker.
    case repliesUnpublished = "REPLIES_UNPUBLISHED"
  }

  /// What it is.
  var code: Code
  /// What it is and where to go on, on one line.
  var text: String
}
