import CheckoutSession
import Pacing
import Stage

/// The decisions of the ``Dispatcher``, as a value: which calls to start, what became of answered ones, when to look again. No I/O and no clock.
///
/// A request that is in here waits in the pacer, is under way, is parked behind a held merchant's probe, or stands in the ``WaitingLine`` of an outage.
struct DispatchState: Sendable {
  var pacer: Pacer<UInt64>
  var holds: [MerchantHold?]
  var breaker: GatewayBreaker
  /// Who waits for the end of an outage; empty without one.
  var line = WaitingLine()
  /// The request that asks whether the gateway is back, in the pacer or under way.
  var probe: UInt64?
  /// When the outage began, by the time of day.
  var outageBegan: Holding?
  /// Outages so far, the ledger's among them: what was counted against a request before one of them does not count after it.
  var outagesCount = 0
  /// Whether nothing is to be sent, because what came of it could not be recorded.
  private(set) var isPaused = false
  private(set) var isDraining = false
  private(set) var isIntakeClosed = false
  var slots = SlotTable<PendingRequest>()
  let policy: AttemptPolicy
  let waivedPlaces: WaivedPlaces
  var generator: SplitMix64
  /// The merchant in whose name the gateway is asked for its time, from the call's place in the pacer to its answer.
  var timeAsker: Int?
  private var ready: [UInt64] = []

  init(
    pacer: PacerConfiguration, merchantsCount: Int, policy: AttemptPolicy, waivedPlaces: WaivedPlaces, seed: UInt64, now: Duration
  ) {
    self.pacer = Pacer(configuration: pacer, now: now)
    self.policy = policy
    self.waivedPlaces = waivedPlaces
    breaker = GatewayBreaker(patience: policy.patience)
    holds = Array(repeating: nil, count: max(merchantsCount, 1))
    generator = SplitMix64(seed: seed)
  }

  /// Queues requests for their first attempt of this run.
  mutating func submit(_ requests: [PendingRequest], into actions: inout DispatchActions) {
    if isDraining {
      actions.abandoned.append(contentsOf: requests)
      return
    }
    if slots.count == 0, !requests.isEmpty { breaker.beginAnew() }
    for request in requests {
      let (merchant, lane) = (request.incoming.merchantIndex, request.incoming.lane)
      let slot = slots.insert(request)
      // It may wait for as long as others come, and must not keep their batches out.
      if lane == .replay { giveUpPlace(of: slot, isOneOfMany: true, into: &actions) }
      if holds[merchant] == nil { enqueue(slot, merchant: merchant, lane: lane) } else { park(slot, merchant: merchant, into: &actions) }
    }
  }

  /// Starts what may start, and says whether records are to be taken.
  mutating func release(now: Duration, wallNow: Timestamp, into actions: inout DispatchActions) {
    var isAgain = true
    while isAgain {
      isAgain = false
      beginProbe(now: now, wallNow: wallNow, into: &actions)
      ready.removeAll(keepingCapacity: true)
      actions.wakeAt = pacer.release(now: now, into: &ready)
      for slot in ready {
        if slot == Self.timeSlot {
          actions.asksTimeOf = timeAsker
          continue
        }
        guard let incoming = slots[slot]?.incoming else { continue }
        if let expiresAt = incoming.headers.expiresAt, expiresAt <= wallNow {
          // Its place is free again at once, so the next one gets its turn in the same round.
          pacer.finished(merchant: incoming.merchantIndex, .failed, now: now)
          isAgain = true
          expire(slot, wallNow: wallNow, into: &actions)
          continue
        }
        slots[slot]?.attempts.start(at: now, outages: outagesCount, usableCount: breaker.usableCount)
        actions.calls.append(
          CreateSessionCall(id: slot, merchantIndex: incoming.merchantIndex, body: incoming.body, traceContext: incoming.headers.trace))
      }
    }
    if let probeAt = nextProbeAt { actions.wakeAt = min(actions.wakeAt ?? probeAt, probeAt) }
    actions.moreExpected = pacer.inFlight > 0
    if takesNoRecords != isIntakeClosed {
      isIntakeClosed.toggle()
      actions.closesIntake = isIntakeClosed
    }
  }

  /// Takes the results of calls.
  mutating func take(_ results: [CreateSessionResult], now: Duration, wallNow: Timestamp, into actions: inout DispatchActions) {
    for result in results {
      switch result.outcome {
      case .success(let session):
        guard let request = slots.remove(result.id) else { continue }
        let merchant = request.incoming.merchantIndex
        pacer.finished(merchant: merchant, .ok, now: now)
        note(.usable, slot: result.id, sentAt: request.attempts.startedAt, now: now, wallNow: wallNow, into: &actions)
        endHold(probe: result.id, merchant: merchant, into: &actions)
        let decision = DecidedReply(outcome: .created, session: session, error: nil, attempts: request.attempts.sent, decidedAt: wallNow)
        actions.decided.append(
          Settlement(request: request, decision: decision, recording: .wanted, mayBePublished: false, holdsIdentity: true))
      case .failure(let failure):
        takeFailure(failure, slot: result.id, now: now, wallNow: wallNow, into: &actions)
      }
    }
  }

  /// Changes the part of the gateway's quota that may be used, and pauses as long as another process was asked to.
  mutating func setQuota(fraction: Double, pausedUntil: Duration?, now: Duration) {
    pacer.setQuota(fraction: fraction, now: now)
    if let pausedUntil { pacer.pause(until: pausedUntil) }
  }

  /// Sends nothing as long as it is paused; what is under way goes on.
  mutating func setPaused(_ isPaused: Bool) {
    guard isPaused != self.isPaused else { return }
    self.isPaused = isPaused
    if isPaused {
      outagesCount += 1
      pacer.hold()
    } else {
      pacer.resume()
    }
  }

  /// Stops sending: what has not been sent is abandoned now, what is under way may still end, and nothing is tried again.
  mutating func drain(into actions: inout DispatchActions) {
    isDraining = true
    let parked = holds.flatMap { $0?.parked ?? [] }
    for index in holds.indices { holds[index]?.parked = [] }
    let waiting = line.removeAll()
    for slot in takeBackAll() + parked + waiting.tried + waiting.untried {
      if let request = slots.remove(slot) { actions.abandoned.append(request) }
    }
  }

  private mutating func takeFailure(
    _ failure: GatewayFailure, slot: UInt64, now: Duration, wallNow: Timestamp, into actions: inout DispatchActions
  ) {
    guard let seen = slots[slot]?.attempts.usableSeen else { return }
    slots[slot]?.attempts.fail(failure, at: wallNow, isProven: breaker.usableCount > seen, usableCount: breaker.usableCount)
    guard let request = slots[slot] else { return }
    let merchant = request.incoming.merchantIndex
    pacer.finished(merchant: merchant, Self.feedback(for: failure), now: now)
    note(
      GatewayWord(failure), slot: slot, sentAt: request.attempts.startedAt, failure: failure, now: now, wallNow: wallNow, into: &actions)
    let isProbe = holds[merchant].map { $0.probe == slot } ?? false
    let streak = isProbe ? (holds[merchant]?.streak ?? 0) + 1 : 1
    var decision = policy.decide(
      failure, history: request.attempts, holdStreak: streak, now: now, hasWorked: { breaker.hasWorked(since: $0) }, using: &generator)
    if isProbe, failure.failureClass == .transient {
      // A probe that met an outage says nothing about the merchant's configuration; the next one may.
      decision = .holdMerchant(probeAfter: policy.patience.delay(attempt: streak, using: &generator))
    }
    switch decision {
    // What was cancelled was not given up on, whatever its attempts: the next run goes on with it.
    case _ where isDraining && (failure.code == .canceled || !decision.isFinal):
      if let ended = slots.remove(slot) { actions.abandoned.append(ended) }
    case .reject, .giveUp:
      endHold(probe: slot, merchant: merchant, into: &actions)
      guard let ended = slots.remove(slot) else { return }
      actions.decided.append(.failed(ended, failure, isPermanent: decision == .reject, at: wallNow))
    case .retry(let after): retry(slot, request, after: after, failure: failure, now: now, into: &actions)
    case .holdMerchant(let probeAfter):
      hold(slot, merchant: merchant, failure: failure, probeAt: now + probeAfter, wallNow: wallNow, into: &actions)
    }
  }

  private mutating func retry(
    _ slot: UInt64, _ request: PendingRequest, after: Duration, failure: GatewayFailure, now: Duration, into actions: inout DispatchActions
  ) {
    let merchant = request.incoming.merchantIndex
    if failure.code == .tokenUnavailable {
      // A token endpoint may be one merchant's own, and away for long.
      giveUpPlace(of: slot, isOneOfMany: holds.count > 1, into: &actions)
    } else if request.attempts.unproven > 0 {
      // It may be at fault itself, and only others can tell: it must not keep them out.
      giveUpPlace(of: slot, isOneOfMany: true, into: &actions)
    }
    if holds[merchant] != nil {
      park(slot, merchant: merchant, into: &actions)
    } else if breaker.isOpen {
      line.addTried(slot)
    } else {
      pacer.retry(slot, merchant: merchant, lane: request.incoming.lane, notBefore: now + after)
    }
  }

  /// Has a request sent when its turn comes; during an outage it stands in line for that.
  mutating func enqueue(_ slot: UInt64, merchant: Int, lane: PacerLane) {
    if breaker.isOpen { line.add(CollectionOfOne(slot)) } else { pacer.submit(slot, merchant: merchant, lane: lane) }
  }

  /// Ends a request whose time has passed.
  mutating func expire(_ slot: UInt64, wallNow: Timestamp, into actions: inout DispatchActions) {
    guard let merchant = slots[slot]?.incoming.merchantIndex else { return }
    if probe == slot { probe = nil }
    replaceProbe(slot, merchant: merchant, into: &actions)
    if let expired = slots.remove(slot) { actions.decided.append(.expired(expired, at: wallNow)) }
  }

  /// Lets a request that may wait for long do without its batch's place, so that it does not keep others out.
  /// - Parameter isOneOfMany: whether anybody would gain by it; what is taken without being sent is in doubt after a crash.
  mutating func giveUpPlace(of slot: UInt64, isOneOfMany: Bool, into actions: inout DispatchActions) {
    guard isOneOfMany, var request = slots[slot], let source = waivedPlaces.waive(&request) else { return }
    slots[slot] = request
    actions.placesGivenUp.append(source)
  }

  private static func feedback(for failure: GatewayFailure) -> PacerFeedback {
    if failure.code == .rateLimited { return .throttled(retryAfter: failure.retryAfter) }
    return failure.failureClass == .permanent ? .ok : .failed
  }
}
