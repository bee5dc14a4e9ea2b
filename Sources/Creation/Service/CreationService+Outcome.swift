import CheckoutSession
import Logging
import Pacing
import Stage
import Synchronization

// What became of requests: after step 5 of "Order of writes" (`design/architecture.md`), or instead of it.
extension CreationService {
  func take(_ actions: DispatchActions) {
    // Two changes may be told in the other order; the count is right all the same, for each stop has its end.
    if let closes = actions.closesIntake { closes ? intakeStops.enter() : intakeStops.leave() }
    for source in actions.placesGivenUp { source.letGo(1) }
    parts.settler.settle(actions.decided, moreExpected: actions.moreExpected)
    abandon(actions.abandoned, holdingIdentities: true)
    for change in actions.holdChanges { report(change) }
    for change in actions.outageChanges { report(change) }
  }

  /// A ledger that takes nothing stops the sending: what came of it could not be recorded, and the URLs would grow old.
  func take(_ change: HoldingBoard.Change) {
    report(change)
    if change.holding.part == .ledger { parts.dispatcher.updatePause { [board] in board.since(.ledger) != nil } }
  }

  func take(_ outcome: SettlementOutcome) async throws {
    let followers = finish(outcome.published)
    parts.settler.settle(followers.settled, moreExpected: false)
    try await claim(followers.again)
    if !outcome.toPutOff.isEmpty { try await putOff(outcome.toPutOff) }
    if !outcome.toAwaitTime.isEmpty { try await awaitTime(outcome.toAwaitTime) }
    if !outcome.toRenew.isEmpty { try await renew(outcome.toRenew) }
  }

  /// Finishes the records of published settlements and finds out what their replies mean for who waited behind them.
  private func finish(_ published: [Settlement]) -> (settled: [Settlement], again: [PendingRequest]) {
    guard !published.isEmpty else { return ([], []) }
    let now = wallClock.now()
    var waited = identities.release(published.lazy.filter(\.holdsIdentity).map(\.request.identity))
    var settled: [Settlement] = []
    var again: [PendingRequest] = []
    if !waited.isEmpty {
      for leader in published where leader.holdsIdentity {
        for follower in waited.removeValue(forKey: leader.request.identity) ?? [] {
          if let next = Settlement.following(leader, follower, at: now) { settled.append(next) } else { again.append(follower) }
        }
      }
    }
    for finished in FinishedRecords.grouping(published) {
      source.finish(finished.source.batch, finished.indices)
      finished.source.letGo(finished.heldCount)
      waivedPlaces.giveBack(finished.indices.count - finished.heldCount)
    }
    let tally = SettlementTally(published, at: now)
    state.withLock { tally.add(to: &$0.statistics) }
    metrics.published(tally)
    records.leave(published.count)
    return (settled, again)
  }

  /// Leaves records to the next run: they stay uncommitted, and so do those that waited behind them.
  func abandon(_ requests: [PendingRequest], holdingIdentities: Bool) {
    guard !requests.isEmpty else { return }
    var all = requests
    if holdingIdentities {
      for waited in identities.release(requests.lazy.map(\.identity)).values { all += waited }
    }
    for request in all where !request.isPutOff { request.incoming.source.letGo(1) }
    waivedPlaces.giveBack(all.count(where: \.isPutOff))
    let count = all.count
    state.withLock { $0.statistics.abandoned += count }
    records.leave(count)
  }

  /// Lets URLs that somebody may have die before there are new ones; then the ledger is asked again.
  private func putOff(_ settlements: [(Settlement, Timestamp)]) async throws {
    let last = settlements.map(\.1).max() ?? wallClock.now()
    logger.info(
      "earlier URLs of repeated requests live too short to be published again; new sessions follow after their end",
      metadata: ["requests": "\(settlements.count)", "all_within": "\(last - wallClock.now())"])
    for (until, group) in Dictionary(grouping: settlements, by: \.1) {
      let wait = until - wallClock.now()
      try await putOff(group.map(\.0)) { [self] in try await time.sleep(until: time.now + wait) }
    }
  }

  /// Lets what earlier runs decided wait until it is known what time it is: whether a URL lives cannot be judged by a clock that may be wrong.
  private func awaitTime(_ settlements: [Settlement]) async throws {
    let isFirst = state.withLock { state in
      defer { state.awaitsTimeSince = state.awaitsTimeSince ?? time.now }
      return state.awaitsTimeSince == nil
    }
    if isFirst {
      logger.info(
        "repeated requests wait until the gateway has told its time: their sessions cannot be judged by a clock that may be wrong",
        metadata: ["requests": "\(settlements.count)"])
    }
    try await putOff(settlements) { [self] in
      let backoff = BackoffPolicy(base: .milliseconds(100), cap: .seconds(2))
      var asked = 0
      while !creator.isTimeKnown {
        parts.dispatcher.askTime()
        asked += 1
        try await time.sleep(until: time.now + backoff.ceiling(attempt: asked))
      }
      state.withLock { $0.awaitsTimeSince = nil }
    }
  }

  /// Sets requests aside until a wait is over.
  ///
  /// They give up their identity meanwhile. If they kept it, every repetition of such a request would wait behind it and keep a place of
  /// `creation.batchesInFlight`: four repetitions would stop the stage until the URL dies. So a repetition comes here as well and is put off beside them.
  private func putOff(_ settlements: [Settlement], until wait: @escaping @Sendable () async throws -> Void) async throws {
    let waited = identities.release(settlements.lazy.filter(\.holdsIdentity).map(\.request.identity))
    var requests = settlements.map(\.request)
    for index in requests.indices { requests[index].attempts = AttemptHistory() }
    if let places = putOffRequests.add(&requests) {
      state.withLock { $0.statistics.putOff = putOffRequests.count }
      spawner.spawn { [self] in
        try await wait()
        let due = putOffRequests.remove(places)
        state.withLock { $0.statistics.putOff = putOffRequests.count }
        try await claim(due)
      }
    } else {
      abandon(requests, holdingIdentities: false)
    }
    try await claim(waited.values.flatMap { $0 })
  }

  /// Begins new generations. Who does not hold its identity, or was overtaken by another worker, asks the ledger again.
  private func renew(_ settlements: [Settlement]) async throws {
    var again = settlements.filter { !$0.holdsIdentity }.map(\.request)
    var holders = settlements.filter(\.holdsIdentity).map(\.request)
    let renewals = settlements.filter(\.holdsIdentity).compactMap { settlement in
      settlement.request.key.map { GenerationRenewal(key: $0, mayBePublished: settlement.mayBePublished) }
    }
    // A session belongs to a generation, and a generation has a key.
    precondition(renewals.count == holders.count, "a session without a key of the ledger")
    if isDraining {
      abandon(holders, holdingIdentities: true)
    } else if !renewals.isEmpty {
      let renewed = try await ledgerHold { () async throws(LedgerFailure) in
        try await self.ledger.renew(renewals, at: self.wallClock.now())
      }
      guard let renewed else {
        abandon(holders, holdingIdentities: true)
        return abandon(again, holdingIdentities: false)
      }
      var overtaken: [PendingRequest] = []
      for (index, key) in renewed.enumerated().reversed() {
        holders[index].attempts = AttemptHistory()
        holders[index].key = key
        if key == nil { overtaken.append(holders.remove(at: index)) }
      }
      again += overtaken
      for waited in identities.release(overtaken.lazy.map(\.identity)).values { again += waited }
      let count = holders.count
      state.withLock { $0.statistics.renewed += count }
      parts.dispatcher.submit(holders)
    }
    try await claim(again)
  }
}
