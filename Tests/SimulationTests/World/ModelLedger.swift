import CheckoutSession

/// A ledger as a value: what `LedgerStore` promises, in plain Swift and at once. `ModelLedgerTests` holds it against the statements of the conformance suite.
struct ModelLedger {
  struct Row {
    let identity: RequestIdentity
    var bodyHash: BodyHash
    let mode: SessionMode
    let merchantTransactionID: String?
    var replayCount: Int
    var generation = 1
  }
  struct Decision {
    /// As it was recorded; the session is there for ever, what is read of it is not.
    let reply: DecidedReply
    var hasURL: Bool
    /// Whether it is known when the URL ends.
    var keepsEnd = true
    var ended: SessionStatus?

    /// The reply as a claim reads it.
    var stored: DecidedReply {
      var stored = reply
      if !hasURL {
        stored.session = nil
        stored.erasedURLExpiresAt = ended == nil && keepsEnd ? reply.session?.expiresAt : nil
      }
      if ended == .completed, let session = reply.session {
        stored.completed = CompletedSession(sessionID: session.sessionID, createdAt: session.createdAt, expiresAt: session.expiresAt)
      }
      return stored
    }
  }
  struct Outstanding {
    let key: ClaimKey
    var dueAt: Timestamp
    let expiresAt: Timestamp
    let recordKey: [UInt8]?
    var status = SessionStatus.accepted
    var polls = 0
    var failures = 0
    var observedAt: Timestamp?
    var lease: SessionLease.Token?
  }

  private(set) var rows: [Row] = []
  private(set) var decisions: [ClaimKey: Decision] = [:]
  /// Generations that are undecided, or decided and not marked as published.
  private(set) var pending: Set<ClaimKey> = []
  /// Decided generations that somebody has been told of who has not decided them: they may be published by more than one, and sooner than they are marked.
  private var told: Set<ClaimKey> = []
  /// By key's row and generation, in no order that anybody may rely on.
  var outstanding: [Outstanding] = [] {
    didSet { isNextDueKnown = false }
  }
  private var isNextDueKnown = true
  private var knownNextDue: Timestamp?
  var leases: Int64 = 0
  private let mutation: Mutation?

  init(mutation: Mutation? = nil) { self.mutation = mutation }

  // MARK: - The create stage

  mutating func claim(_ claims: [RequestClaim]) -> [ClaimOutcome] { claims.map { claim($0) } }

  private mutating func claim(_ claim: RequestClaim) -> ClaimOutcome {
    guard let row = rows.firstIndex(where: { $0.identity == claim.identity }) else {
      rows.append(
        Row(
          identity: claim.identity, bodyHash: claim.bodyHash, mode: claim.mode, merchantTransactionID: claim.merchantTransactionID,
          replayCount: claim.replayCount))
      let key = ClaimKey(row: Int64(rows.count - 1), generation: 1)
      pending.insert(key)
      return .new(key)
    }
    let key = ClaimKey(row: Int64(row), generation: rows[row].generation)
    let reopens = claim.replayCount > rows[row].replayCount && isOpen(key, to: claim)
    guard rows[row].bodyHash == claim.bodyHash || reopens && claim.replaces == rows[row].bodyHash else { return .conflict }
    rows[row].replayCount = max(rows[row].replayCount, claim.replayCount)
    guard let decision = decisions[key] else { return .inDoubt(key) }
    if reopens, let next = startNext(after: key) {
      rows[row].bodyHash = claim.bodyHash
      return .new(next)
    }
    told.insert(key)
    return .decided(key, decision.stored)
  }

  /// Whether a later replay may begin a new generation: there is no session, or it is over and another one is wanted.
  private func isOpen(_ key: ClaimKey, to claim: RequestClaim) -> Bool {
    guard let decision = decisions[key] else { return false }
    let isOver = decision.ended?.isTerminal ?? false || mutation == .newSessionWhileAlive
    return decision.reply.outcome != .created || claim.wantsNewSession && isOver
  }

  mutating func renew(_ renewals: [GenerationRenewal], at now: Timestamp) -> [ClaimKey?] {
    renewals.map { renewal in
      let key = renewal.key
      guard let decision = decisions[key], decision.reply.outcome == .created, decision.ended != .completed else { return nil }
      let isUnpublished = pending.contains(key) && (mutation == .forgetsWhomItTold || !told.contains(key))
      let isOver = decision.ended != nil || !decision.keepsEnd
      let isDead = isOver || (decision.reply.session?.expiresAt ?? now) <= now
      guard isDead || isUnpublished || mutation == .renewWhileAlive, let next = startNext(after: key) else { return nil }
      if isUnpublished, !renewal.mayBePublished {
        outstanding.removeAll { $0.key == key && $0.status == .accepted && $0.observedAt == nil }
      }
      return next
    }
  }

  private mutating func startNext(after key: ClaimKey) -> ClaimKey? {
    guard rows.indices.contains(Int(key.row)), rows[Int(key.row)].generation == key.generation else { return nil }
    rows[Int(key.row)].generation += 1
    decisions[key]?.hasURL = false
    pending.remove(key)
    let next = ClaimKey(row: key.row, generation: key.generation + 1)
    pending.insert(next)
    return next
  }

  /// - Returns: nil for a decision about what was never claimed: the whole batch is then refused.
  mutating func record(_ new: [NewDecision]) -> [RecordedDecision]? {
    guard new.allSatisfy({ pending.contains($0.key) || decisions[$0.key] != nil }) else { return nil }
    return new.map { new in
      if let stored = decisions[new.key], mutation != .noCompareAndSet {
        guard stored.stored != new.reply else { return .recorded }
        told.insert(new.key)
        return .superseded(stored.stored)
      }
      decisions[new.key] = Decision(reply: new.reply, hasURL: new.reply.session != nil)
      if let session = new.reply.session, let watch = new.watch, mutation != .forgetsToWatch {
        outstanding.removeAll { $0.key == new.key }
        outstanding.append(
          Outstanding(key: new.key, dueAt: watch.firstPollAt, expiresAt: session.expiresAt, recordKey: watch.recordKey))
      }
      return .recorded
    }
  }

  mutating func markPublished(_ keys: [ClaimKey]) {
    for key in keys where decisions[key] != nil { pending.remove(key) }
  }

  /// Erases the URLs of sessions that have run out, by the clock of who asks.
  /// - Returns: how many.
  @discardableResult mutating func eraseHostedURLs(expiredBefore cutoff: Timestamp) -> Int {
    var count = 0
    for (key, decision) in decisions where decision.hasURL {
      guard let session = decision.reply.session, session.expiresAt < cutoff else { continue }
      decisions[key]?.hasURL = false
      decisions[key]?.keepsEnd = mutation != .erasedMeansDead
      count += 1
    }
    return count
  }

  /// When somebody has something to lease next; nil: never. Asked in every step of a world, so it is kept.
  var nextDueAt: Timestamp? {
    mutating get {
      if !isNextDueKnown {
        knownNextDue = outstanding.map(\.dueAt).min()
        isNextDueKnown = true
      }
      return knownNextDue
    }
  }

  mutating func end(_ key: ClaimKey, _ status: SessionStatus) {
    decisions[key]?.hasURL = false
    decisions[key]?.ended = status
  }
}
