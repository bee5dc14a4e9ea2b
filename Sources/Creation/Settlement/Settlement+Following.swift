import CheckoutSession

extension ReplyError {
  /// The same identity with another body (`contract/messages.md`, "Identity").
  static let idempotencyConflict = ReplyError(
    code: "IDEMPOTENCY_CONFLICT", title: "Idempotency conflict",
    detail: "this request id was used before with a different body; use a new request id for a new request", field: nil, retryable: false)
}

extension Settlement {
  /// What a request comes to that waited behind another one of its identity: the same reply, or a conflict.
  ///
  /// Nil if it has to ask the ledger itself: the other one never got as far as the ledger, or this one is a replay of what the other one ended as.
  static func following(_ leader: Settlement, _ follower: PendingRequest, at now: Timestamp) -> Settlement? {
    guard leader.recording == .done else { return nil }
    guard follower.incoming.bodyHash == leader.request.incoming.bodyHash else {
      return .rejected(follower, .idempotencyConflict, at: now, holdsIdentity: false)
    }
    guard leader.decision.outcome == .created || follower.incoming.headers.replayCount <= leader.request.incoming.headers.replayCount else {
      return nil
    }
    var follower = follower
    follower.key = leader.request.key
    return Settlement(request: follower, decision: leader.decision, recording: .done, mayBePublished: true, holdsIdentity: false)
  }
}
