import Audit
import CheckoutSession

/// What `audit` says, but for the exceptions, of which there may be many.
struct AuditReport: Sendable {
  /// When it began.
  var at: Timestamp
  var topics: AuditTopicNames
  /// `kafka.groupId`.
  var group: String
  var range: AuditRange
  var ledger: AuditLedgerReader.Presence
  var ledgerLocation: String
  /// From when on the reply topics hold everything; nil: from the beginning.
  var repliesFrom: Timestamp?
  /// From when on the status topic holds everything; nil: from the beginning.
  var eventsFrom: Timestamp?
  var totals: AuditTotals
  /// Records read from all topics.
  var recordsRead: Int
  /// How large the scratch file became.
  var scratchBytes: Int64
  var elapsed: Duration

  /// Whether there is no exception.
  var isComplete: Bool { totals.findingsCount == 0 }
}
