import CheckoutSession
import Stage

/// The CloudEvents headers of replies, by outcome.
struct ReplyHeaders: Sendable {
  private let created: CloudEventHeaders
  private let rejected: CloudEventHeaders
  private let expired: CloudEventHeaders
  private let failed: CloudEventHeaders

  /// - Parameter source: `ce_source`.
  init(source: String) {
    created = CloudEventHeaders(type: ReplyOutcome.created.cloudEventsType, source: source)
    rejected = CloudEventHeaders(type: ReplyOutcome.rejected.cloudEventsType, source: source)
    expired = CloudEventHeaders(type: ReplyOutcome.expired.cloudEventsType, source: source)
    failed = CloudEventHeaders(type: ReplyOutcome.failed.cloudEventsType, source: source)
  }

  /// Those of one outcome.
  subscript(outcome: ReplyOutcome) -> CloudEventHeaders {
    switch outcome {
    case .created: created
    case .rejected: rejected
    case .expired: expired
    case .failed: failed
    }
  }
}
