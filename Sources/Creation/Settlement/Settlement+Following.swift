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
  /// Nil if it has to ask the ledger itself: the other one never got as far as the ledger, or this one is a later replay. What a replay may do (open what ended without
  /// a session, stand for an edited body, follow a session that is over) depends on more than the two of them, and the ledger knows it all. It asks once: in front of
  /// it nobody is left who could send it back.
  static func following(_ leader: Settlement, _ follower: PendingRequest, at now: Timestamp) -> Settlement? {
    guard leader.recording == .done else { return nil }
    let isSameBody = follower.incoming.bodyHash == leader.request.incoming.bodyHash
    if let replay = follower.incoming.headers.replay, replay.count > leader.request.incoming.headers.replayCount {
      // But a session that has just been made is the answer to a plain replay as well.
      guard isSameBody, leader.decision.outcome == .created, !replay.wantsNewSession else { return nil }
    }
    guard isSameBody else { return .rejected(follower, .idempotencyConflict, at: now, holdsIdentity: false) }
    var follower = follower
    follower.key = leader.request.key
    return Settlement(request: follower, decision: leader.decision, recording: .done, mayBePublished: true, holdsIdentity: false)
  }
}
