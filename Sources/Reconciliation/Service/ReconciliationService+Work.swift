import CheckoutSession
import Logging
import Pacing
import Stage
import Synchronization

// Taking work: the loop that leases what is due.
extension ReconciliationService {
  /// What the loop does next.
  private enum Next {
    /// Look again at once.
    case again
    /// Look again after this time, or when a drain begins.
    case nap(Duration)
    /// Nothing is left to do.
    case end
  }

  /// The shortest time between two looks at the ledger that find less than was asked for: results of single sessions are not worth a transaction each.
  private static let restMin: Duration = .milliseconds(100)
  /// The longest time without a look: other processes change the ledger.
  private static let restMax: Duration = .seconds(1)
  private static let countingInterval: Duration = .seconds(2)

  func work() async throws {
    while !isDraining {
      switch try await look() {
      case .again: continue
      case .nap(let duration): try await nap(duration)
      case .end: return
      }
    }
  }

  /// Leases what is due, if there is room for it.
  private func look() async throws -> Next {
    let now = time.now
    let (target, isOutage, isPaused) = parts.dispatcher.read { ($0.target(now: now), $0.breaker.isOpen, $0.pausedUntil > now) }
    // A run that ends by itself does not sit out what may take hours; whatever is due stays due.
    if mode == .once, isOutage || isPaused { return .end }
    guard target > 0 else { return try await endIfSettled() ?? .nap(Self.restMax) }
    try await sessions.wait(untilAtMost: target / 2)
    guard !isDraining else { return .end }
    let limit = max(1, target - sessions.inUse)
    let lease = try await ledgerHold { () async throws(LedgerFailure) in
      let wallNow = self.wallClock.now()
      return try await self.ledger.leaseDue(
        now: self.mode == .once ? self.startedAt : wallNow, until: wallNow + self.configuration.leaseDuration, limit: limit)
    }
    guard let lease else { return .end }
    let kept = take(lease)
    try await count()
    // What cannot be polled now (an outage, a merchant that is held or has a small quota) comes back at once: that must not become a loop without a pause.
    if isOutage, !lease.sessions.isEmpty { return .nap(Self.restMax) }
    if let nap = napAfter(lease, kept: kept) { return .nap(nap) }
    guard lease.sessions.count < limit else { return .again }
    if mode == .once { return try await restOfOnce(lease, limit) }
    guard lease.sessions.isEmpty else { return .nap(Self.restMin) }
    return try await rest()
  }

  /// How long to rest after a lease of which next to nothing could be used; longer after each such lease. `--once` sees each session once only, and goes on.
  private func napAfter(_ lease: SessionLease, kept: Int) -> Duration? {
    let isBarren = !lease.sessions.isEmpty && kept < (lease.sessions.count + 1) / 2
    let barren = state.withLock { state in
      state.barren = isBarren ? state.barren + 1 : 0
      return state.barren
    }
    guard isBarren else { return nil }
    return mode == .once ? Self.restMin : BackoffPolicy(base: Self.restMin, cap: Self.restMax).ceiling(attempt: barren)
  }

  /// `--once` is done when nothing that was due at its start is left, and that includes what is given back meanwhile because its turn did not come.
  private func restOfOnce(_ lease: SessionLease, _ limit: Int) async throws -> Next {
    guard lease.sessions.isEmpty else { return .again }
    guard sessions.inUse > 0 else { return .end }
    try await sessions.wait(untilAtMost: 0)
    return .again
  }

  /// Nothing is due.
  private func rest() async throws -> Next {
    if let end = try await endIfSettled() { return end }
    guard let nextDueAt = state.withLock({ $0.counts?.nextDueAt }) else { return .nap(Self.restMax) }
    return .nap(min(max(nextDueAt - wallClock.now(), Self.restMin), Self.restMax))
  }

  private func endIfSettled() async throws -> Next? {
    guard mode == .untilSettled, sessions.inUse == 0, try await isSettled() else { return nil }
    state.withLock { $0.isSettled = true }
    return .end
  }

  /// Whether nothing is left that this run could settle: neither sessions of refused or unknown merchants are, nor those that the gateway refuses to speak about, nor
  /// unresolved ones. In an outage too: another reconciler may have got through before this one has looked again, and then nothing is left to look with.
  private func isSettled() async throws -> Bool {
    let (held, refused) = parts.dispatcher.read { state in
      (state.holds.map { $0?.isGivenUp ?? false }, state.refused.filter { $0.value.isGivenUp })
    }
    let merchants = configuration.merchantIDs.enumerated().filter { !held[$0.offset] }.map(\.element)
    let given = refused.filter { !held[$0.value.merchantIndex] }.map(\.key)
    let open = try await ledgerHold { () async throws(LedgerFailure) in
      try await self.ledger.unsettledCount(of: merchants, except: given, max: 1)
    }
    return open.map { $0 == 0 } ?? true
  }

  /// Counts what is outstanding, now and then.
  private func count() async throws {
    let now = time.now
    guard now - state.withLock({ $0.countedAt }) >= Self.countingInterval || sessions.inUse == 0 else { return }
    let counts = try await ledgerHold { () async throws(LedgerFailure) in
      try await self.ledger.outstandingCounts(now: self.wallClock.now())
    }
    guard let counts else { return }
    state.withLock { state in
      state.counts = counts
      state.countedAt = now
    }
  }

  /// Takes leased sessions in hand and sends each where it belongs.
  /// - Returns: how many are polled or published now.
  private func take(_ lease: SessionLease) -> Int {
    // A session that is still in hand from a lease that has lapsed (a broker that is away for long) is settled under its old lease, and the new one
    // stands until it leaves this process's hands (`letGo`). Given back now it would be due again at once, and be leased again, and so on until the
    // broker is back.
    let taken = state.withLock { state in
      let taken = lease.sessions.filter { session in
        let isNew = state.inHand.insert(session.key).inserted
        if !isNew { state.leasedAgain[session.key] = lease.token }
        return isNew
      }
      state.statistics.leased += taken.count
      return taken
    }
    guard !taken.isEmpty else { return 0 }
    sessions.enter(taken.count)
    let republished = parts.dispatcher.republications(SessionLease(token: lease.token, until: lease.until, sessions: taken))
    parts.settler.settle(republished, moreExpected: false)
    let done = Set(republished.map(\.session.key))
    var toPoll: [PolledSession] = []
    var strangers: [PolledSession] = []
    for session in taken where !done.contains(session.key) {
      let merchant = merchantIndices[session.identity.merchantID]
      let polled = PolledSession(session, under: HeldLease(token: lease.token, ends: lease.until), merchantIndex: merchant ?? 0)
      if merchant == nil { strangers.append(polled) } else { toPoll.append(polled) }
    }
    setAside(strangers)
    return republished.count + parts.dispatcher.submit(toPoll)
  }

  /// Waits, but not beyond the beginning of a drain.
  private func nap(_ duration: Duration) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await self.time.sleep(until: self.time.now + duration) }
      group.addTask { try await self.working.wait(untilAtMost: 0) }
      try await group.next()
      group.cancelAll()
    }
  }

  /// How the ledger is called where nothing can go on without it.
  var ledgerHold: LedgerHold {
    LedgerHold(
      board: board, isDraining: { self.isDraining }, wait: { try await self.nap($0) },
      onFailure: { failure, number, againIn in
        if number == 1 { self.progress.expect(.ledger, 1) }
        self.progress.failed(failure)
        self.logger.debug("a call of the ledger failed", metadata: ["error": "\(failure)", "again_in": "\(againIn)"])
      },
      onEnd: { worked in worked ? self.progress.came(.ledger, 1) : self.progress.dropped(.ledger, 1) })
  }
}
