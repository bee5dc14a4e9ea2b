import CheckoutSession

/// What the ledger said about claimed requests, sorted by what to do with them.
struct ClaimedRequests {
  /// Requests that need a session.
  private(set) var toSend: [PendingRequest] = []
  /// Requests that have their reply already, or that stand against another one under their identity.
  private(set) var settled: [Settlement] = []
  /// How many of ``toSend`` an earlier run left without a result.
  private(set) var inDoubtCount = 0

  /// - Parameter outcomes: one for each request, in order.
  init(_ requests: [PendingRequest], _ outcomes: [ClaimOutcome], at now: Timestamp) {
    toSend.reserveCapacity(requests.count)
    for (request, outcome) in zip(requests, outcomes) {
      var request = request
      switch outcome {
      case .new(let key):
        request.key = key
        toSend.append(request)
      case .inDoubt(let key):
        request.key = key
        request.attempts.inDoubt = true
        inDoubtCount += 1
        toSend.append(request)
      case .decided(let key, let decision):
        request.key = key
        settled.append(Settlement(request: request, decision: decision, recording: .done, mayBePublished: true, holdsIdentity: true))
      case .conflict:
        settled.append(.rejected(request, .idempotencyConflict, at: now, holdsIdentity: true))
      }
    }
  }
}
