import CheckoutSession

/// What came of one poll, in one word: the label of `checkout_reconciliation_polls_total`.
public enum PollKind: String, Hashable, Sendable, CaseIterable {
  /// 200, ACCEPTED.
  case accepted
  /// 200, CREATED.
  case created
  /// 200, INITIATED.
  case initiated
  /// 200, COMPLETED.
  case completed
  /// 200, FAILED.
  case failed
  /// 200, CANCELED, or 410.
  case canceled
  /// 401 SESSION_TIMEOUT.
  case timedOut = "timed_out"
  /// 404.
  case notFound = "not_found"
  /// 200 with a status that this program does not know.
  case unknown
  /// 401 or 403: the configuration is at fault.
  case refused
  /// 429.
  case throttled
  /// The request left, and no usable answer came.
  case unanswered
  /// The request never left: no connection, no token, or given up first.
  case unsent

  /// What came of a call.
  init(_ outcome: Result<SessionSnapshot, GatewayFailure>) {
    switch outcome {
    case .success(let snapshot): self.init(snapshot.status)
    case .failure(let failure): self.init(failure)
    }
  }

  private init(_ status: GatewayStatus) {
    switch status {
    case .accepted: self = .accepted
    case .created: self = .created
    case .initiated: self = .initiated
    case .completed: self = .completed
    case .failed: self = .failed
    case .canceled: self = .canceled
    case .unknown: self = .unknown
    }
  }

  private init(_ failure: GatewayFailure) {
    switch (failure.failureClass, failure.code) {
    case (.configuration, _), (_, .tokenExpired): self = .refused
    case (.permanent, .sessionTimeout): self = .timedOut
    case (.permanent, .sessionCanceled): self = .canceled
    case (.permanent, .notFound): self = .notFound
    case (_, .rateLimited): self = .throttled
    case _ where failure.neverLeft || failure.code == .canceled: self = .unsent
    default: self = .unanswered
    }
  }
}
