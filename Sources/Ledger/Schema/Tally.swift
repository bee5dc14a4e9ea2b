import CheckoutSession

/// A number that each transaction keeps exact with one update a batch, so that nobody has to count a million rows.
enum Tally: Int, CaseIterable {
  case identities, created, rejected, expired, failed, inDoubtClaims, published

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
}
