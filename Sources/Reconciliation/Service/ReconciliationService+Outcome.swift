import CheckoutSession
import Logging
import Stage
import Synchronization

// What became of sessions.
extension ReconciliationService {
  private static let unknownStatusesMax = 100
  private static let unknownMerchantsMax = 100
  /// When a session of a merchant that is not configured is looked at again.
  private static let strangerWait: Duration = .seconds(300)

  func take(_ actions: PollActions) {
    parts.settler.settle(actions.settlements, moreExpected: actions.moreExpected)
    giveBack(actions.handedBack)
    if !actions.answers.isEmpty { note(actions.answers, unknownStatuses: actions.unknownStatuses) }
    for change in actions.holdChanges { report(change) }
    for refusal in actions.refusals { reportRefusal(refusal) }
    if let change = actions.outageChange { report(change) }
    if let step = actions.wallStep { report(wallStep: step) }
  }

  func take(_ group: SettledGroup) {
    var events: [SessionStatus: Int] = [:]
    for settlement in group.settled {
      if let status = settlement.event?.status { events[status, default: 0] += 1 }
    }
    let counted = events
    state.withLock { state in
      state.statistics.events.merge(counted, uniquingKeysWith: +)
      state.statistics.leaseLosses += group.lost.count
    }
    metrics.settled(events, lost: group.lost.count)
    if let unresolved = events[.unresolved] {
      logger.warning("sessions are unresolved, a person must look", metadata: ["sessions": "\(unresolved)"])
    }
    if mode == .once, !group.lapsed.isEmpty { noteUnpublished() }
    letGo(group)
  }

  /// Leaves sessions of merchants that the configuration does not know to whoever does.
  func setAside(_ strangers: [PolledSession]) {
    guard !strangers.isEmpty else { return }
    let new = state.withLock { state in
      strangers.map(\.session.identity.merchantID).filter { merchant in
        state.statistics.unknownMerchants.count < Self.unknownMerchantsMax && state.statistics.unknownMerchants.insert(merchant).inserted
      }
    }
    for merchant in new {
      logger.warning("outstanding sessions of a merchant that is not configured are not polled", metadata: ["merchant_id": "\(merchant)"])
    }
    let now = wallClock.now()
    let judge = parts.dispatcher.read { $0.judge }
    var actions = PollActions()
    for stranger in strangers { actions.add(judge.waiting(stranger, dueAt: now + Self.strangerWait, now: now), stranger) }
    take(actions)
  }

  /// What is left to say when a run ends.
  func conclude() async throws {
    let counts = try await ledgerHold { () async throws(LedgerFailure) in
      try await self.ledger.outstandingCounts(now: self.wallClock.now())
    }
    guard let counts else { return }
    state.withLock { state in
      state.counts = counts
      state.statistics.unresolved = counts.unresolved
    }
  }

  /// Ends leases without a result. If the ledger cannot be written they end by themselves, only later, so a failure is no reason to hold anything.
  private func giveBack(_ handedBack: [HandBack]) {
    guard !handedBack.isEmpty else { return }
    state.withLock { $0.statistics.handedBack += handedBack.count }
    metrics.gaveBack(handedBack.count)
    spawner.spawn { [self] in
      defer { letGo(handedBack.map(\.key)) }
      try await release(handedBack + leasedAgain(handedBack.map { ($0.key, $0.dueAt) }))
    }
  }

  private func release(_ handedBack: [HandBack]) async throws {
    for (token, ofLease) in Dictionary(grouping: handedBack, by: \.token) {
      for (dueAt, group) in Dictionary(grouping: ofLease, by: \.dueAt) { try await release(group.map(\.key), token, dueAt) }
    }
  }

  /// Sessions leave this process's hands. The lease that one got meanwhile, because its own had lapsed, ends before that: it is due when its result
  /// says, or at once if another reconciler had it in between.
  private func letGo(_ group: SettledGroup) {
    let keys = group.settled.map(\.session.key) + group.lost + group.lapsed
    let now = wallClock.now()
    let again = leasedAgain(group.settled.map { ($0.session.key, $0.nextPollAt ?? now) } + (group.lost + group.lapsed).map { ($0, now) })
    guard !again.isEmpty else { return letGo(keys) }
    spawner.spawn { [self] in
      defer { letGo(keys) }
      try await release(again)
    }
  }

  private func leasedAgain(_ sessions: [(key: ClaimKey, dueAt: Timestamp)]) -> [HandBack] {
    state.withLock { state in
      guard !state.leasedAgain.isEmpty else { return [] }
      return sessions.compactMap { session in
        state.leasedAgain[session.key].map { HandBack(key: session.key, token: $0, dueAt: session.dueAt) }
      }
    }
  }

  private func release(_ keys: [ClaimKey], _ token: SessionLease.Token, _ dueAt: Timestamp) async throws {
    do {
      try await ledger.release(keys, under: token, dueAt: dueAt)
    } catch {
      guard error.isTransient else { throw error }
      logger.warning(
        "ledger did not take sessions back; they are due again when their lease ends",
        metadata: ["error": "\(error)", "sessions": "\(keys.count)"])
    }
  }

  private func letGo(_ keys: [ClaimKey]) {
    state.withLock { state in
      for key in keys { state.inHand.remove(key) }
      if !state.leasedAgain.isEmpty { for key in keys { state.leasedAgain[key] = nil } }
    }
    sessions.leave(keys.count)
  }

  /// From so many polls in a row without a usable answer on it is not chance.
  private static let silenceMin = 10

  /// Tells people when the gateway stops to say anything that can be used, and when it speaks again.
  private func noteSilence(_ answers: [PollKind: Int]) {
    let silent = (answers[.unanswered] ?? 0) + (answers[.throttled] ?? 0)
    let usable = answers.values.reduce(0, +) - silent - (answers[.unsent] ?? 0)
    let (before, now) = state.withLock { state in
      let before = state.unansweredInRow
      state.unansweredInRow = usable > 0 ? 0 : before + silent
      return (before, state.unansweredInRow)
    }
    if before < Self.silenceMin, now >= Self.silenceMin {
      logger.warning(
        "the gateway gives no usable answers, sessions are polled on with growing waits and nothing is concluded from it",
        metadata: ["polls_in_a_row": "\(now)"])
    } else if before >= Self.silenceMin, now == 0 {
      logger.notice("the gateway gives usable answers again", metadata: ["polls_without": "\(before)"])
    }
  }

  private func note(_ answers: [PollKind: Int], unknownStatuses: [String]) {
    let new = state.withLock { state in
      for (kind, count) in answers {
        state.statistics.answers[kind, default: 0] += count
        if kind != .unsent { state.statistics.polls += count }
      }
      return unknownStatuses.filter {
        state.unknownStatuses.count < Self.unknownStatusesMax && state.unknownStatuses.insert($0).inserted
      }
    }
    metrics.polled(answers)
    noteSilence(answers)
    for status in new {
      logger.warning(
        "the gateway gives sessions a status that this program does not know; they are polled on", metadata: ["status": "\(status)"])
    }
  }
}
