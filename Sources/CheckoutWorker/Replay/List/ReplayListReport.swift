import CheckoutSession
import Replay

/// What `replay list` says.
struct ReplayListReport: Sendable {
  /// When the ends of the topic were looked up.
  var at: Timestamp
  /// The dead-letter topic.
  var topic: String
  /// The filters, as on the command line; empty: none.
  var filters: String
  /// The dead letters.
  var summary: DeadLetterSummary
  /// Why it is not known which are replayed already; nil if it is.
  var ledgerReason: String?
  /// Records that were looked at.
  var recordsRead: Int
  /// How long it took.
  var elapsed: Duration
}

extension ReplayProspect {
  /// In words, as the answer to "can it succeed?".
  var words: String {
    switch self {
    case .yes: "yes"
    case .afterConfiguration: "after a change of configuration"
    case .ifEdited: "if edited"
    case .unknown: "unknown"
    case .no: "no"
    }
  }
}
