import CheckoutSession

/// A number that each transaction keeps exact with one update a batch, so that nobody has to count a million rows.
enum Tally: Int, CaseIterable {
  case identities, created, rejected, expired, failed, inDoubtClaims, published
  case outstanding, polls, publishedEvents, endedCompleted, endedFailed, endedCanceled, endedTimedOut, endedNotFound

  /// Those of version 1 of the schema. The others came with version 2.
  static let ofVersion1: [Tally] = [.identities, .created, .rejected, .expired, .failed, .inDoubtClaims, .published]

  /// The name under which `tally` keeps it.
  var name: String {
    switch self {
    case .identities: "IDENTITIES"
    case .created: "CREATED"
    case .rejected: "REJECTED"
    case .expired: "EXPIRED"
    case .failed: "FAILED"
    case .inDoubtClaims: "IN_DOUBT_CLAIMS"
    case .published: "PUBLISHED"
    case .outstanding: "OUTSTANDING"
    case .polls: "POLLS"
    case .publishedEvents: "PUBLISHED_EVENTS"
    case .endedCompleted: "ENDED_COMPLETED"
    case .endedFailed: "ENDED_FAILED"
    case .endedCanceled: "ENDED_CANCELED"
    case .endedTimedOut: "ENDED_TIMED_OUT"
    case .endedNotFound: "ENDED_NOT_FOUND"
    }
  }

  /// The number of decisions with an outcome.
  init(_ outcome: ReplyOutcome) {
    switch outcome {
    case .created: self = .created
    case .rejected: self = .rejected
    case .expired: self = .expired
    case .failed: self = .failed
    }
  }

  /// The number of sessions that ended with a status; nil for one that is no end.
  init?(ended status: SessionStatus) {
    switch status {
    case .accepted, .created, .unresolved: return nil
    case .completed: self = .endedCompleted
    case .failed: self = .endedFailed
    case .canceled: self = .endedCanceled
    case .timedOut: self = .endedTimedOut
    case .notFound: self = .endedNotFound
    }
  }
}
