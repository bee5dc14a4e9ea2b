import CheckoutSession

/// Says how requests would end, from what the ledger says about them, one after the other. Pure.
///
/// A rehearsal ends at the claim, so the ledger does not see what would come of a request that is sent, or of one whose time has passed: to it the next request of that
/// identity is in doubt. In the stage that one waits behind the first and gets its reply; so it does here, by the same rule.
struct RehearsalJudge {
  private let lifetime: LifetimePolicy
  private let now: Timestamp
  /// What the last request of an identity left that the ledger has not seen.
  private var leaders: [RequestIdentity: Settlement] = [:]

  init(lifetime: LifetimePolicy, now: Timestamp) {
    self.lifetime = lifetime
    self.now = now
  }

  /// How a request would end.
  /// - Parameter outcome: what the ledger says to its claim.
  mutating func ending(of request: PendingRequest, _ outcome: ClaimOutcome) -> RehearsedRequest.Ending {
    if let leader = leaders[request.identity] { return ending(of: request, behind: leader) }
    switch outcome {
    case .new(let key), .inDoubt(let key): return start(request, key, at: now)
    case .conflict: return .conflict
    case .decided(let key, let decision):
      var decided = request
      decided.key = key
      let settlement = Settlement(request: decided, decision: decision, recording: .done, mayBePublished: true, holdsIdentity: true)
      switch lifetime.decide(settlement, now: now, isTimeKnown: true) {
      case .publish: return Self.ending(of: settlement)
      case .renew: return start(request, key.next, at: now)
      case .putOff(let until): return start(request, key.next, at: until)
      case .awaitTime: return Self.ending(of: settlement)
      }
    }
  }

  /// How a request ends whose decision is published.
  static func ending(of settlement: Settlement) -> RehearsedRequest.Ending {
    switch settlement.decision.outcome {
    case .created:
      let until = settlement.decision.completed == nil ? settlement.decision.session?.expiresAt : nil
      return .answered(generation: settlement.generation, until: until)
    case .expired: return .expired
    case .rejected, .failed:
      let error = settlement.decision.error ?? ReplyError(code: "UNKNOWN", title: "Unknown", detail: "", field: nil, retryable: false)
      return error == .idempotencyConflict ? .conflict : .rejected(error)
    }
  }

  /// A request that would be sent at `moment`, unless nobody waits for it then.
  private mutating func start(_ request: PendingRequest, _ key: ClaimKey, at moment: Timestamp) -> RehearsedRequest.Ending {
    var leader = request
    leader.key = key
    guard !leader.isExpired(at: moment) else {
      leaders[request.identity] = .expired(leader, at: moment).recorded
      return .expired
    }
    let decision = DecidedReply(outcome: .created, session: nil, error: nil, attempts: 1, decidedAt: moment)
    leaders[request.identity] = Settlement(
      request: leader, decision: decision, recording: .done, mayBePublished: false, holdsIdentity: true)
    return .sent(generation: key.generation, notBefore: moment > now ? moment : nil)
  }

  private mutating func ending(of request: PendingRequest, behind leader: Settlement) -> RehearsedRequest.Ending {
    if let following = Settlement.following(leader, request, at: now) {
      guard following.decision.outcome == .created else { return Self.ending(of: following) }
      return answer(of: leader)
    }
    // A later replay, about which the stage would ask the ledger, which would know by then what the first one ended as.
    let isSameBody = request.incoming.bodyHash == leader.request.incoming.bodyHash
    guard leader.decision.outcome != .created else { return isSameBody ? answer(of: leader) : .conflict }
    guard isSameBody || request.incoming.headers.replay?.replaces == leader.request.incoming.bodyHash, let key = leader.request.key else {
      return .conflict
    }
    return start(request, key.next, at: now)
  }

  /// The reply of a session that is yet to be made: nobody knows its end, but it lives for as long as any.
  private func answer(of leader: Settlement) -> RehearsedRequest.Ending {
    .answered(generation: leader.generation, until: leader.decision.decidedAt + CreatedSession.lifetime)
  }
}

extension ClaimKey {
  /// The generation after this one.
  fileprivate var next: ClaimKey { ClaimKey(row: row, generation: generation + 1) }
}

extension Settlement {
  /// The same once the ledger has it.
  fileprivate var recorded: Settlement {
    var settlement = self
    settlement.recording = .done
    return settlement
  }
}
