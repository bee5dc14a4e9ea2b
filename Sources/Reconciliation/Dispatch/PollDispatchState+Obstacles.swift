import CheckoutSession
import Pacing
import Stage

// Who cannot be asked: held merchants, an unreachable gateway, and what becomes of the sessions then.
extension PollDispatchState {
  /// Different sessions in a row that must be refused before their merchant is held: one may be at fault itself.
  private static let strikesMax = 3

  /// Whether polling stops for want of a gateway: for the exit code of a run that ends now.
  func isUnreachable(now: Duration) -> Bool {
    let isLost = breaker.isOpen || (breaker.unconnectedStreak > 0 && !wasReached)
    return isLost || isLeftUndone || pausedUntil > now || !turnedAway.isEmpty || holds.contains { $0.map { !$0.isRefusal } ?? false }
  }

  /// The moment as a session is judged by it.
  ///
  /// Sessions carry the gateway's time, so it is the gateway's clock that they are judged by where it is known. A single answer may come from the one node whose clock is
  /// wrong: while there is no second one, a session is no older than ours makes it either.
  func moment(_ wallNow: Timestamp, of session: OutstandingSession) -> JudgedMoment {
    let own = steps.ahead(of: session.createdAt)
    guard let ahead = gatewayClock.ahead(offset: steps.offset) else { return JudgedMoment(now: wallNow, ahead: own) }
    return JudgedMoment(now: wallNow, ahead: gatewayClock.isConfirmed ? ahead : max(ahead, own))
  }

  /// Takes what an answer says of the gateway's clock.
  mutating func noteTime(_ time: GatewayTime, of slot: UInt64, now: Duration) {
    slots[slot]?.gatewayTime = time
    gatewayClock.note(time, at: now, offset: steps.offset)
  }

  /// Ends a session's stay and frees it of being a probe.
  mutating func takeOut(_ slot: UInt64) -> PolledSession? {
    guard let polled = slots.remove(slot) else { return nil }
    if probe == slot { probe = nil }
    if let hold = holds[polled.merchantIndex], hold.probe == slot { holds[polled.merchantIndex]?.probe = nil }
    return polled
  }

  /// Ends a session's stay with what its call came to.
  mutating func conclude(
    _ slot: UInt64, _ outcome: Result<SessionSnapshot, GatewayFailure>, wallNow: Timestamp, into actions: inout PollActions
  ) {
    guard var polled = takeOut(slot) else { return }
    var moment = moment(wallNow, of: polled.session)
    if let time = polled.gatewayTime {
      // An answer that names an earlier time than all that is known is believed as well: a poll is a forced last one only if it was late by that time too. And what was
      // learned of the clocks since the poll left, perhaps from this very answer, holds for the moment when it left.
      moment = JudgedMoment(now: wallNow, ahead: max(moment.ahead, time.ahead(receivedAt: wallNow)))
      polled.sentAt = moment.judged - time.callDuration
    }
    actions.add(judge.verdict(on: polled, outcome, at: moment, using: &generator), polled)
  }

  /// Gives a session back, unless it has something to say although it was not asked about.
  mutating func handBack(
    _ polled: PolledSession, _ reason: HandBack.Reason, dueAt: Timestamp, wallNow: Timestamp, into actions: inout PollActions
  ) {
    if reason == .unreachable { isLeftUndone = runsOnce }
    let verdict: PollJudge.Verdict =
      switch reason {
      case .unreachable: judge.unreached(polled, dueAt: dueAt, at: moment(wallNow, of: polled.session), using: &generator)
      case .refused, .late: judge.waiting(polled, dueAt: dueAt, now: wallNow)
      case .stopping: .handBack(dueAt: dueAt)
      }
    actions.add(verdict, polled)
  }

  /// Gives back everything that waits for its turn and meets a condition.
  mutating func handBackWaiting(
    _ reason: HandBack.Reason, dueAt: Timestamp, wallNow: Timestamp, into actions: inout PollActions, where isMeant: (PolledSession) -> Bool
  ) {
    let meant = pacer.removeAll { slots[$0].map(isMeant) ?? false }
    for slot in meant { takeOut(slot).map { handBack($0, reason, dueAt: dueAt, wallNow: wallNow, into: &actions) } }
  }

  // MARK: - An unreachable gateway

  /// What is held for: the gateway itself, or the credentials of all merchants.
  var holdings: [Holding] {
    let refused = holds.compactMap { $0.flatMap { $0.isRefusal ? $0.since : nil } }
    let credentials = refused.count == holds.count ? refused.max() : nil
    let all = [outageBegan, credentials.map { Holding(part: .credentials, reason: .credentialsRefused, since: $0) }]
    return all.compactMap(\.self)
  }

  /// When the next probe of an unreachable gateway may go.
  var probeAt: Duration { breaker.opening?.probeAt ?? .zero }

  /// Notes what a call says about the gateway.
  mutating func note(
    _ word: GatewayWord, slot: UInt64, failure: GatewayFailure? = nil, now: Duration, wallNow: Timestamp, into actions: inout PollActions
  ) {
    if word != .unconnected, word != .none { wasReached = true }
    let opened = breaker.opening
    switch breaker.note(word, of: slot, sentAt: now, isProbe: probe == slot, now: now, using: &generator) {
    case .nothing:
      guard breaker.opening != opened else { return }
    case .opened:
      let holding = Holding(part: .gateway, reason: .gatewayUnreachable, since: wallNow)
      outageBegan = holding
      if let failure { actions.outageChange = .began(holding, failure) }
    case .closed(let opening):
      probe = nil
      if let outageBegan { actions.outageChange = .ended(outageBegan, lasted: now - opening.since) }
      outageBegan = nil
      return
    }
    // A new wait begins.
    isLeftUndone = runsOnce
    let dueAt = wallNow + max(probeAt - now, .milliseconds(100))
    handBackWaiting(.unreachable, dueAt: dueAt, wallNow: wallNow, into: &actions) { _ in true }
  }

  // MARK: - Merchants that the gateway refuses

  /// Notes that the gateway speaks about a merchant's session: whatever was wrong with the merchant is not any more.
  mutating func noteUsable(_ polled: PolledSession, into actions: inout PollActions) {
    let merchant = polled.merchantIndex
    refused[polled.session.key] = nil
    turnedAway.remove(merchant)
    strikes[merchant] = []
    if refusals[merchant] != nil, !refused.values.contains(where: { $0.merchantIndex == merchant }) { refusals[merchant] = nil }
    guard holds[merchant] != nil else { return }
    holds[merchant] = nil
    refusals[merchant] = nil
    actions.holdChanges.append(PollActions.HoldChange(merchantIndex: merchant, failure: nil))
  }

  /// Notes a refusal. It holds the merchant if it is about the merchant's token, or if several sessions in a row were refused.
  mutating func strike(
    _ slot: UInt64, _ polled: PolledSession, _ failure: GatewayFailure, now: Duration, wallNow: Timestamp, into actions: inout PollActions
  ) {
    let merchant = polled.merchantIndex
    let isRefusal = failure.code != .tokenUnavailable
    if isRefusal {
      turnedAway.remove(merchant)
      refusals[merchant] = failure
      if refused.count < Self.refusedMax || refused[polled.session.key] != nil {
        refused[polled.session.key, default: RefusedSession(merchantIndex: merchant)].refusals += 1
      }
    } else {
      turnedAway.insert(merchant)
    }
    guard holds[merchant] == nil else {
      if isRefusal { holds[merchant]?.failure = failure }
      return probeInVain(slot, merchant: merchant, now: now)
    }
    if !strikes[merchant].contains(polled.session.key) { strikes[merchant].append(polled.session.key) }
    guard failure.code == .unauthorized || failure.code == .tokenExpired || strikes[merchant].count >= Self.strikesMax else {
      if isRefusal {
        let sessionID = polled.session.sessionID
        actions.refusals.append(PollActions.HoldChange(merchantIndex: merchant, failure: failure, sessionID: sessionID))
      }
      return
    }
    let wait = probeWait(streak: 1)
    holds[merchant] = MerchantHold(failure: failure, since: wallNow, probeAt: now + wait)
    actions.holdChanges.append(PollActions.HoldChange(merchantIndex: merchant, failure: failure))
    handBackWaiting(isRefusal ? .refused : .unreachable, dueAt: wallNow + wait, wallNow: wallNow, into: &actions) {
      $0.merchantIndex == merchant
    }
  }

  /// Notes that a held merchant's probe brought nothing to go by.
  mutating func probeInVain(_ slot: UInt64, merchant: Int, now: Duration) {
    guard var hold = holds[merchant], hold.probe == slot else { return }
    hold.probe = nil
    hold.streak += 1
    hold.probeAt = now + probeWait(streak: hold.streak)
    holds[merchant] = hold
  }

  private mutating func probeWait(streak: Int) -> Duration {
    configuration.patience.ceiling(attempt: streak) * Double.random(in: 0.5...1, using: &generator)
  }
}
