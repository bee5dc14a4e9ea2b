import CheckoutSession
import Pacing
import Stage

/// The decisions of the ``PollDispatcher``, as a value: which calls to start, what became of answered ones, when to look again. No I/O and no clock.
///
/// A session that is in here waits for its turn or is being asked about. Nothing waits for long: what cannot be asked about while its lease is fresh goes back to the
/// ledger, so that an outage, a refused merchant or a small quota keeps nobody else's place.
struct PollDispatchState: Sendable {
  var pacer: Pacer<UInt64>
  var holds: [MerchantHold?]
  /// Different sessions in a row that were refused, by merchant.
  var strikes: [[ClaimKey]]
  var breaker: GatewayBreaker
  /// Since when the gateway cannot be reached, by the time of day; nil while it can.
  var outageBegan: Holding?
  /// Whether the gateway has ever been reached.
  var wasReached = false
  /// The slot of the probe that is under way in an outage.
  var probe: UInt64?
  /// The end of a `Retry-After` that is too long to wait for with leases in hand.
  var pausedUntil: Duration = .zero
  var isDraining = false
  /// Sessions that the gateway refuses to speak about; at most ``refusedMax``.
  var refused: [ClaimKey: RefusedSession] = [:]
  /// What was said when a merchant's session was refused, by merchant index, unless the gateway has spoken since about all that it refused to.
  var refusals: [Int: GatewayFailure] = [:]
  /// Merchants of which sessions were given up for want of a token or of quota, unless one was heard of since.
  var turnedAway: Set<Int> = []
  /// Whether `--once` has left sessions to the next run for want of a gateway, a token or quota, whatever has come since.
  var isLeftUndone = false
  var slots = SlotTable<PolledSession>()
  var steps: WallSteps
  /// The gateway's clock, as far as its answers tell.
  var gatewayClock = GatewayClock()
  let configuration: ReconciliationConfiguration
  let judge: PollJudge
  var generator: SplitMix64
  private var ready: [UInt64] = []
  let runsOnce: Bool
  private let startedAt: Timestamp

  static let refusedMax = 10_000
  /// How often a call is repeated at once because its token was late or had expired.
  private static let tokenRepeatsMax = 2

  init(_ configuration: ReconciliationConfiguration, run: ReconciliationRun, seed: UInt64, now: Duration, wallNow: Timestamp) {
    self.configuration = configuration
    judge = PollJudge(configuration)
    breaker = GatewayBreaker(.connectionsOnly, patience: configuration.patience)
    var pacing = configuration.pacer
    if pacing.merchantQuotas.count < configuration.merchantIDs.count {
      pacing = pacing.padded(toMerchants: configuration.merchantIDs.count)
    }
    pacer = Pacer(configuration: pacing, now: now)
    let count = max(configuration.merchantIDs.count, 1)
    holds = Array(repeating: nil, count: count)
    strikes = Array(repeating: [], count: count)
    generator = SplitMix64(seed: seed)
    runsOnce = run == .once
    startedAt = wallNow
    steps = WallSteps(now: now, wallNow: wallNow)
  }

  /// The longest wait that is worth keeping leases for, and the work that is leased at a time.
  var patience: Duration { configuration.leaseDuration / 4 }

  /// When a session is due again that is given back only because its turn did not come. `--once` takes what was due at its start, and so takes it again.
  private func dueSoon(_ wallNow: Timestamp) -> Timestamp { runsOnce ? min(startedAt, wallNow) : wallNow }

  /// How many sessions to have in hand: what can be polled within a quarter of a lease at the present rate.
  func target(now: Duration) -> Int {
    let snapshot = pacer.snapshot
    guard snapshot.quotaFraction > 0, pausedUntil <= now, !isDraining else { return 0 }
    let rate = snapshot.requestsPerSecond
    guard rate.isFinite else { return configuration.batchMax }
    return min(configuration.batchMax, max(1, Int(min(rate * (patience / .seconds(1)), 1_000_000))))
  }

  /// Takes leased sessions for their poll.
  mutating func submit(_ sessions: [PolledSession], now: Duration, wallNow: Timestamp, into actions: inout PollActions) {
    let fraction = pacer.snapshot.quotaFraction
    for polled in sessions {
      if let (reason, wait) = obstacle(to: polled, quotaFraction: fraction, now: now) {
        let dueAt = reason == .late ? wallNow + wait : wallNow + max(wait, .milliseconds(100))
        handBack(polled, reason, dueAt: reason == .stopping ? wallNow : dueAt, wallNow: wallNow, into: &actions)
        continue
      }
      actions.kept += 1
      let slot = slots.insert(polled)
      if holds[polled.merchantIndex] != nil { holds[polled.merchantIndex]?.probe = slot }
      if breaker.isOpen { probe = slot }
      pacer.submit(slot, merchant: polled.merchantIndex)
    }
  }

  /// What keeps a session from being asked about now, and for how long.
  private func obstacle(to polled: PolledSession, quotaFraction: Double, now: Duration) -> (HandBack.Reason, Duration)? {
    if isDraining { return (.stopping, .zero) }
    if pausedUntil > now { return (.unreachable, pausedUntil - now) }
    let shortest = configuration.patience.base
    if breaker.isOpen, probe != nil || now < probeAt { return (.unreachable, max(probeAt - now, shortest)) }
    if let hold = holds[polled.merchantIndex], hold.probe != nil || now < hold.probeAt {
      return (hold.isRefusal ? .refused : .unreachable, max(hold.probeAt - now, shortest))
    }
    // A merchant with a small quota of its own must not fill the places of the others. `--once` takes its time instead.
    let rate = pacer.configuration.merchantQuotas[polled.merchantIndex].requestsPerSecond * quotaFraction
    guard !runsOnce, rate.isFinite, Double(pacer.waiting(merchant: polled.merchantIndex)) >= max(1, rate * (patience / .seconds(1))) else {
      return nil
    }
    return (.late, patience)
  }

  /// Starts what may start.
  mutating func release(now: Duration, wallNow: Timestamp, into actions: inout PollActions) {
    var isAgain = true
    var isSwept = false
    while isAgain {
      isAgain = false
      ready.removeAll(keepingCapacity: true)
      actions.wakeAt = pacer.release(now: now, into: &ready)
      for slot in ready {
        guard let polled = slots[slot] else { continue }
        guard isFresh(polled, wallNow) else {
          pacer.finished(merchant: polled.merchantIndex, .failed, now: now)
          isAgain = true
          takeOut(slot).map { handBackLate($0, wallNow: wallNow, into: &actions) }
          if !isSwept { sweepStale(wallNow: wallNow, into: &actions) }
          isSwept = true
          continue
        }
        let sentAt = moment(wallNow, of: polled.session).judged
        slots[slot]?.sentAt = sentAt
        slots[slot]?.sentTime = now
        slots[slot]?.gatewayTime = nil
        actions.calls.append(ReadSessionCall(id: slot, merchantIndex: polled.merchantIndex, sessionID: polled.session.sessionID))
      }
    }
    actions.moreExpected = pacer.inFlight > 0
  }

  /// Whether an answer would surely come before the lease's end; one that comes later may be to a poll that somebody else makes as well.
  private func isFresh(_ polled: PolledSession, _ wallNow: Timestamp) -> Bool {
    wallNow < polled.lease.ends - configuration.leaseDuration / 2
  }

  /// Gives back everything that waits and is not fresh any more, so that only the first that is found so has used up a turn for nothing.
  private mutating func sweepStale(wallNow: Timestamp, into actions: inout PollActions) {
    let staleFrom = wallNow + configuration.leaseDuration / 2
    for slot in pacer.removeAll(where: { (slots[$0]?.lease.ends ?? staleFrom) <= staleFrom }) {
      takeOut(slot).map { handBackLate($0, wallNow: wallNow, into: &actions) }
    }
  }

  /// What becomes of a session whose turn did not come in time. One that was turned away by then has been asked about, without an answer.
  private mutating func handBackLate(_ polled: PolledSession, wallNow: Timestamp, into actions: inout PollActions) {
    if polled.throttles > 0 {
      turnedAway.insert(polled.merchantIndex)
      actions.add(judge.throttled(polled, at: moment(wallNow, of: polled.session), using: &generator), polled)
    } else {
      handBack(polled, .late, dueAt: dueSoon(wallNow), wallNow: wallNow, into: &actions)
    }
  }

  /// Takes the results of calls.
  mutating func take(_ results: [ReadSessionResult], now: Duration, wallNow: Timestamp, into actions: inout PollActions) {
    for result in results {
      guard let polled = slots[result.id] else { continue }
      if let date = result.gatewayDate { noteTime(GatewayTime(date: date, callDuration: now - polled.sentTime), of: result.id, now: now) }
      actions.answers[PollKind(result.outcome), default: 0] += 1
      switch result.outcome {
      case .success(let snapshot):
        if case .unknown(let text) = snapshot.status { actions.unknownStatuses.append(text) }
        slots[result.id]?.countPoll()
        pacer.finished(merchant: polled.merchantIndex, .ok, now: now)
        note(.usable, slot: result.id, now: now, wallNow: wallNow, into: &actions)
        noteUsable(polled, into: &actions)
        conclude(result.id, result.outcome, wallNow: wallNow, into: &actions)
      case .failure(let failure):
        takeFailure(failure, result, now: now, wallNow: wallNow, into: &actions)
      }
    }
  }

  /// Stops sending: what has not been sent is given back now, what is under way may still end, and nothing is tried again.
  mutating func drain(wallNow: Timestamp, into actions: inout PollActions) {
    isDraining = true
    handBackWaiting(.stopping, dueAt: wallNow, wallNow: wallNow, into: &actions) { _ in true }
  }

  /// Applies this process's part of the gateway's quota.
  mutating func setQuota(
    fraction: Double, pausedUntil moment: Duration?, now: Duration, wallNow: Timestamp, into actions: inout PollActions
  ) {
    pacer.setQuota(fraction: fraction, now: now)
    guard let moment, moment > now else { return }
    pacer.pause(until: moment)
    pause(until: moment, now: now, wallNow: wallNow, into: &actions)
  }

  private mutating func takeFailure(
    _ failure: GatewayFailure, _ result: ReadSessionResult, now: Duration, wallNow: Timestamp, into actions: inout PollActions
  ) {
    let slot = result.id
    if failure.reachedGateway { slots[slot]?.countPoll() }
    guard let polled = slots[slot] else { return }
    pacer.finished(merchant: polled.merchantIndex, Self.feedback(for: failure), now: now)
    note(GatewayWord(failure), slot: slot, failure: failure, now: now, wallNow: wallNow, into: &actions)
    switch (failure.failureClass, failure.code) {
    case (_, .canceled):
      takeOut(slot).map { handBack($0, .stopping, dueAt: wallNow, wallNow: wallNow, into: &actions) }
    case (_, .rateLimited): throttle(slot, failure, now: now, wallNow: wallNow, into: &actions)
    case (_, .tokenLate) where polled.tokenRepeats < Self.tokenRepeatsMax && !isDraining,
      (_, .tokenExpired) where polled.tokenRepeats < Self.tokenRepeatsMax && !isDraining:
      slots[slot]?.tokenRepeats += 1
      pacer.retry(slot, merchant: polled.merchantIndex, notBefore: now)
    case (_, .connectFailed) where breaker.isOpen:
      let dueAt = wallNow + max(probeAt - now, .milliseconds(100))
      takeOut(slot).map { handBack($0, .unreachable, dueAt: dueAt, wallNow: wallNow, into: &actions) }
    case (.configuration, _), (_, .tokenExpired), (_, .tokenUnavailable):
      strike(slot, polled, failure, now: now, wallNow: wallNow, into: &actions)
      conclude(slot, result.outcome, wallNow: wallNow, into: &actions)
    case (.permanent, _):
      noteUsable(polled, into: &actions)
      conclude(slot, result.outcome, wallNow: wallNow, into: &actions)
    case (.transient, _):
      probeInVain(slot, merchant: polled.merchantIndex, now: now)
      conclude(slot, result.outcome, wallNow: wallNow, into: &actions)
    }
  }

  private mutating func throttle(
    _ slot: UInt64, _ failure: GatewayFailure, now: Duration, wallNow: Timestamp, into actions: inout PollActions
  ) {
    guard let merchant = slots[slot]?.merchantIndex else { return }
    slots[slot]?.throttles += 1
    let retryAfter = failure.retryAfter.map { min(max($0, .zero), configuration.pacer.retryAfterMax) }
    if isDraining || (retryAfter ?? .zero) > patience {
      let dueAt = wallNow + (retryAfter ?? .zero)
      turnedAway.insert(merchant)
      takeOut(slot).map { handBack($0, isDraining ? .stopping : .unreachable, dueAt: dueAt, wallNow: wallNow, into: &actions) }
      pause(until: now + (retryAfter ?? .zero), now: now, wallNow: wallNow, into: &actions)
    } else if let polled = slots[slot] {
      let wait = BackoffPolicy.standard.delay(attempt: polled.throttles, retryAfter: retryAfter, using: &generator)
      pacer.retry(slot, merchant: polled.merchantIndex, notBefore: now + wait)
    }
  }

  /// Waits without leases in hand if it is long: they would lapse.
  private mutating func pause(until moment: Duration, now: Duration, wallNow: Timestamp, into actions: inout PollActions) {
    guard moment - now > patience, moment > pausedUntil else { return }
    pausedUntil = moment
    isLeftUndone = runsOnce
    handBackWaiting(.unreachable, dueAt: wallNow + (moment - now), wallNow: wallNow, into: &actions) { _ in true }
  }

  private static func feedback(for failure: GatewayFailure) -> PacerFeedback {
    if failure.code == .rateLimited { return .throttled(retryAfter: failure.retryAfter) }
    return failure.failureClass == .permanent ? .ok : .failed
  }
}

extension PolledSession {
  /// Counts one more call that left. What is only read for its event's sake keeps the number that was recorded.
  fileprivate mutating func countPoll() {
    if !isReread { session.polls += 1 }
  }
}

extension PacerConfiguration {
  /// The same with unlimited quotas for merchants that have none.
  fileprivate func padded(toMerchants count: Int) -> PacerConfiguration {
    let missing = Array(repeating: Quota.unlimited, count: max(0, count - merchantQuotas.count))
    return PacerConfiguration(
      quota: quota, merchantQuotas: merchantQuotas + missing, concurrentRequestsMax: concurrentRequestsMax, retryBudget: retryBudget,
      adaptation: adaptation, retryAfterMax: retryAfterMax)
  }
}
