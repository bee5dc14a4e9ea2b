import CheckoutSession
import Replay

/// What `replay list` says.
struct ReplayListReport: Sendable {
  /// When the ends of the topic were looked up.
  var at: Timestamp
  /// The dead-letter topic.
  var topic: String
  /// The filters.
  var filters: DeadLetterFilterArguments
  /// The dead letters.
  var summary: DeadLetterSummary
  /// Why it is not known which are replayed already; nil if it is.
  var ledgerReason: String?
  /// Records that were looked at.
  var recordsRead: Int
  /// How long it took.
  var elapsed: Duration
  /// Writes the command to type next.
  var echo = CommandEcho()
}

extension ReplayProspect {
  /// In words, as the answer to "can it succeed?".
  /// - Parameter attemptsMax: `replay.maxAttempts`.
  func words(attemptsMax: Int) -> String {
    switch self {
    case .yes: "yes"
    case .afterConfiguration: "after a change of configuration"
    case .ifEdited: "if edited"
    case .unknown: "unknown"
    case .overLimit: "over the limit of \(HumanText.count(attemptsMax, "replay")): need --force"
    case .no: "no"
    }
  }
}
