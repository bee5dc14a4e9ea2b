import CheckoutSession
import Pacing
import Stage

/// The decisions of the ``Dispatcher``, as a value: which calls to start, what became of answered ones, when to look again. No I/O and no clock.
struct DispatchState: Sendable {
  private(set) var pacer: Pacer<UInt64>
  private(set) var holds: [MerchantHold?]
  private(set) var reach = GatewayReach()
  private(set) var isDraining = false
  private var slots = SlotTable<PendingRequest>()
  private let policy: AttemptPolicy
  private let waivedPlaces: WaivedPlaces
  private var generator: SplitMix64
  private var ready: [UInt64] = []

  init(
    pacer: PacerConfiguration, merchantsCount: Int, policy: AttemptPolicy, waivedPlaces: WaivedPlaces, seed: UInt64, now: Duration
  ) {
    self.pacer = Pacer(configuration: pacer, now: now)
    self.policy = policy
    self.waivedPlaces = waivedPlaces
    holds = Array(repeating: nil, count: max(merchantsCount, 1))
    generator = SplitMix64(seed: seed)
  }

  /// Queues requests for their first attempt of this run.
  mutating func submit(_ requests: [PendingRequest], into actions: inout DispatchActions) {
    if isDraining {
      actions.abandoned.append(contentsOf: requests)
      return
    }
    for request in requests {
      let merchant = request.incoming.merchantIndex
      let slot = slots.insert(request)
      if holds[merchant] == nil { pacer.submit(slot, merchant: merchant) } else { park(slot, merchant: merchant, into: &actions) }
    }
  }

  /// Starts what may start.
  mutating func release(now: Duration, wallNow: Timestamp, into actions: inout DispatchActions) {
    var isAgain = true
    while isAgain {
      isAgain = false
      ready.removeAll(keepingCapacity: true)
      actions.wakeAt = pacer.release(now: now, into: &ready)
      for slot in ready {
        guard let incoming = slots[slot]?.incoming else { continue }
        if let expiresAt = incoming.headers.expiresAt, expiresAt <= wallNow {
          // Its place is free again at once, so the next one gets its turn in the same round.
          pacer.finished(merchant: incoming.merchantIndex, .failed, now: now)
          isAgain = true
          replaceProbe(slot, merchant: incoming.merchantIndex, into: &actions)
          if let expired = slots.remove(slot) { actions.decided.append(.expired(expired, at: wallNow)) }
          continue
        }
        slots[slot]?.attempts.start(at: now)
        actions.calls.append(
          CreateSessionCall(id: slot, merchantIndex: incoming.merchantIndex, body: incoming.body, traceContext: incoming.headers.trace))
      }
    }
    actions.moreExpected = pacer.inFlight > 0
  }

  /// Takes the results of calls.
  mutating func take(_ results: [CreateSessionResult], now: Duration, wallNow: Timestamp, into actions: inout DispatchActions) {
    for result in results {
      switch result.outcome {
      case .success(let session):
        guard let request = slots.remove(result.id) else { continue }
        let merchant = request.incoming.merchantIndex
        noteReached(into: &actions)
        pacer.finished(merchant: merchant, .ok, now: now)
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

  /// Stops sending: what has not been sent is abandoned now, what is under way may still end, and nothing is tried again.
  mutating func drain(into actions: inout DispatchActions) {
    isDraining = true
    let parked = holds.flatMap { $0?.parked ?? [] }
    for index in holds.indices { holds[index]?.parked = [] }
    for slot in pacer.removeAll() + parked {
      if let request = slots.remove(slot) { actions.abandoned.append(request) }
    }
  }

  private mutating func takeFailure(
    _ failure: GatewayFailure, slot: UInt64, now: Duration, wallNow: Timestamp, into actions: inout DispatchActions
  ) {
    slots[slot]?.attempts.fail(failure, at: wallNow)
    guard let request = slots[slot] else { return }
    let merchant = request.incoming.merchantIndex
    pacer.finished(merchant: merchant, Self.feedback(for: failure), now: now)
    if failure.code == .connectFailed {
      noteLost(failure, now: now, into: &actions)
    } else if failure.reachedGateway {
      noteReached(into: &actions)
    }
    let isProbe = holds[merchant].map { $0.probe == slot } ?? false
    let streak = isProbe ? (holds[merchant]?.streak ?? 0) + 1 : 1
    var decision = policy.decide(failure, history: request.attempts, holdStreak: streak, now: now, using: &generator)
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
    // A token endpoint may be one merchant's own, and away for long.
    if failure.code == .tokenUnavailable { giveUpPlace(of: slot, into: &actions) }
    if holds[merchant] != nil {
      park(slot, merchant: merchant, into: &actions)
    } else if failure.code == .connectFailed, request.attempts.unreached <= reach.rounds {
      // It never left and everybody is held, so it goes again as if for the first time. One that fails more often than there were rounds
      // fails while others get through (its merchant's token endpoint may be down), and waits on its own.
      pacer.submit(slot, merchant: merchant)
    } else {
      pacer.retry(slot, merchant: merchant, notBefore: now + after)
    }
  }

  private mutating func noteLost(_ failure: GatewayFailure, now: Duration, into actions: inout DispatchActions) {
    let wasOutage = reach.isOutage
    guard let until = reach.lost(now: now, patience: policy.patience, using: &generator) else { return }
    pacer.hold(until: until)
    if !wasOutage { actions.reachability = .lost(failure) }
  }

  private mutating func noteReached(into actions: inout DispatchActions) {
    guard reach.streak > 0, reach.reached() else { return }
    pacer.resume()
    actions.reachability = .back
  }

  private static func feedback(for failure: GatewayFailure) -> PacerFeedback {
    if failure.code == .rateLimited { return .throttled(retryAfter: failure.retryAfter) }
    return failure.failureClass == .permanent ? .ok : .failed
  }
}

// MARK: - Held merchants

extension DispatchState {
  private mutating func hold(
    _ slot: UInt64, merchant: Int, failure: GatewayFailure, probeAt: Duration, wallNow: Timestamp, into actions: inout DispatchActions
  ) {
    guard var hold = holds[merchant] else {
      let failure = scrubbed(failure, slot: slot)
      let parked = pacer.removeAll { slots[$0]?.incoming.merchantIndex == merchant }
      holds[merchant] = MerchantHold(failure: failure, since: wallNow, probe: slot, parked: parked)
      actions.holdChanges.append(DispatchActions.HoldChange(merchantIndex: merchant, failure: failure))
      pacer.retry(slot, merchant: merchant, notBefore: probeAt)
      for slot in [slot] + parked { giveUpPlace(of: slot, into: &actions) }
      return
    }
    guard hold.probe == slot else { return park(slot, merchant: merchant, into: &actions) }
    hold.streak += 1
    if failure.failureClass == .configuration { hold.failure = scrubbed(failure, slot: slot) }
    holds[merchant] = hold
    pacer.retry(slot, merchant: merchant, notBefore: probeAt)
  }

  /// Sets a request of a held merchant aside; it becomes the probe if there is none.
  private mutating func park(_ slot: UInt64, merchant: Int, into actions: inout DispatchActions) {
    giveUpPlace(of: slot, into: &actions)
    guard holds[merchant]?.probe == nil else {
      holds[merchant]?.parked.append(slot)
      return
    }
    holds[merchant]?.probe = slot
    pacer.submit(slot, merchant: merchant)
  }

  /// A probe that goes without an answer leaves its office to the next in line.
  private mutating func replaceProbe(_ slot: UInt64, merchant: Int, into actions: inout DispatchActions) {
    guard let hold = holds[merchant], hold.probe == slot else { return }
    holds[merchant]?.probe = nil
    guard !hold.parked.isEmpty, let next = holds[merchant]?.parked.removeFirst() else { return }
    park(next, merchant: merchant, into: &actions)
  }

  /// The gateway has taken the probe (or rejected it for itself): the merchant's requests go on.
  private mutating func endHold(probe slot: UInt64, merchant: Int, into actions: inout DispatchActions) {
    guard let hold = holds[merchant], hold.probe == slot else { return }
    holds[merchant] = nil
    pacer.submit(contentsOf: hold.parked, merchant: merchant)
    actions.holdChanges.append(DispatchActions.HoldChange(merchantIndex: merchant, failure: nil))
  }

  /// Lets a request that may wait for long do without its batch's place, so that it does not keep other merchants' requests out.
  /// Where there is one merchant nobody would gain by it, and what is taken without being sent is in doubt after a crash.
  private mutating func giveUpPlace(of slot: UInt64, into actions: inout DispatchActions) {
    guard holds.count > 1, var request = slots[slot], let source = waivedPlaces.waive(&request) else { return }
    slots[slot] = request
    actions.placesGivenUp.append(source)
  }

  /// Logs, errors and status lines show what a hold is for.
  private func scrubbed(_ failure: GatewayFailure, slot: UInt64) -> GatewayFailure {
    failure.scrubbed(ofCustomerIn: slots[slot]?.incoming.body ?? [])
  }
}
