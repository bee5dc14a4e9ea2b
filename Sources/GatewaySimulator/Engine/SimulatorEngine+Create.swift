import CheckoutSession
import NIOHTTP1

extension SimulatorEngine {
  /// `POST …/sessions`
  mutating func create(_ request: IncomingRequest, at now: Int64) -> Plan {
    let merchant: String
    switch gate(.create, request, at: now) {
    case .shut(let plan): return plan
    case .open(let name): merchant = name
    }
    guard table.hasRoom else {
      let detail = "The simulator holds its most sessions (\(configuration.sessionsMax)); POST /__simulator/reset or raise --sessions-max"
      return Plan(answer: .problem(.serviceUnavailable, "SIMULATOR_FULL", detail))
    }
    let verdict = RequestRules.check(request.body)
    var key = StableKey(merchant.utf8)
    if case .accepted(let accepted) = verdict, let transaction = accepted.merchantTransactionID {
      key.combine(transaction.utf8)
    } else {
      key.combine(request.body)
    }
    let attempt = table.countAttempt(key)
    var random = KeyedRandom(seed: configuration.seed, key: key, ordinal: UInt64(attempt), purpose: .latency)
    let latency = scenario.createLatency.drawNanoseconds(using: &random)
    switch verdict {
    case .refused(let status, let detail):
      let title = status == 422 ? "UNPROCESSABLE_ENTITY" : "INVALID_REQUEST"
      return Plan(answer: .problem(status == 422 ? .unprocessableEntity : .badRequest, title, detail), delayNanoseconds: latency)
    case .accepted(let accepted):
      random = KeyedRandom(seed: configuration.seed, key: key, ordinal: UInt64(attempt), purpose: .fault)
      let fault = scenario.createFaults.draw(using: &random)
      if let fault { tally.count(fault) }
      var plan: Plan
      if let fault, !fault.makesSession {
        plan = spoiled(Answer(status: .accepted), by: fault, at: now)
      } else {
        plan = make(accepted, merchant: merchant, key: key, attempt: attempt, fault: fault, at: now)
      }
      plan.delayNanoseconds = latency
      return plan
    }
  }

  /// Makes the session and answers 202, or what `fault` makes of it.
  private mutating func make(
    _ request: RequestVerdict.Accepted, merchant: String, key: StableKey, attempt: UInt32, fault: FaultKind?, at now: Int64
  ) -> Plan {
    let session = drawSession(request, merchant: merchant, key: key, attempt: attempt, fault: fault, at: now)
    let index = table.add(session)
    let accepted = SessionAnswer(session: session, fault: fault)
      .accepted(origin: configuration.hostedURLOrigin, appEnv: configuration.appEnv)
    var plan = fault.map { spoiled(accepted, by: $0, at: now) } ?? Plan(answer: accepted)
    if session.answer == .pending { plan.session = SessionTicket(index: index, era: era) }
    return plan
  }

  /// Decides the whole life of a session.
  private func drawSession(
    _ request: RequestVerdict.Accepted, merchant: String, key: StableKey, attempt: UInt32, fault: FaultKind?, at now: Int64
  ) -> SimulatedSession {
    let rules = scenario.sessions
    let ending = rules.ending(of: request.mode)
    func random(_ purpose: KeyedRandom.Purpose) -> KeyedRandom {
      KeyedRandom(seed: configuration.seed, key: key, ordinal: UInt64(attempt), purpose: purpose)
    }
    func draw(_ distribution: DurationDistribution, _ purpose: KeyedRandom.Purpose) -> Int64 {
      var random = random(purpose)
      return scaled(distribution.drawNanoseconds(using: &random))
    }
    var identifiers = random(.identifier)
    var id = SessionIdentifier.draw(using: &identifiers)
    while table.index(of: id) != nil { id = SessionIdentifier.draw(using: &identifiers) }
    var fates = random(.fate)
    let fate = ending.weights.draw(using: &fates)
    var shapes = random(.shape)
    let expiresAt = now + scaled(rules.lifetime.wholeNanoseconds)
    let usableAt = now + draw(rules.acceptedFor, .acceptedFor)
    let endsAt = usableAt + draw(ending.timeToEnd, .timeToEnd)
    let runsOut = fate == .abandoned || endsAt >= expiresAt
    var session = SimulatedSession(
      id: id, key: key, attempt: attempt, mode: request.mode, merchantID: merchant,
      merchantTransactionID: request.merchantTransactionID, amountCents: request.amountCents, paymentMethodID: request.paymentMethodID,
      isFlat: shapes.unit() < rules.flatCompletedShare, fault: fault, createdAt: now,
      visibleAt: now + draw(rules.visibilityDelay, .visibilityDelay), usableAt: usableAt, endsAt: runsOut ? expiresAt : endsAt,
      expiresAt: expiresAt, endStatus: runsOut ? .timedOut : fate.status)
    switch fault {
    case .resetAfterCreate, .cutOffBody: session.answer = .lost
    case .error500AfterCreate, .htmlBody, .emptyBody, .wrongHost, .duplicateKeys: session.answer = .spoiled
    default: break
    }
    return session
  }

  /// What `fault` makes of an answer. Faults inside the body are in `answer` already.
  func spoiled(_ answer: Answer, by fault: FaultKind, at now: Int64) -> Plan {
    switch fault {
    case .resetBeforeRead, .resetAfterCreate: Plan(answer: answer, delivery: .reset)
    case .error500, .error500AfterCreate: Plan(answer: .failure(.internalServerError))
    case .error502: Plan(answer: .failure(.badGateway))
    case .error503: Plan(answer: .failure(.serviceUnavailable))
    case .error504: Plan(answer: .failure(.gatewayTimeout))
    case .slowDrip: Plan(answer: answer, delivery: .drip(nanoseconds: scenario.slowDripFor.wholeNanoseconds))
    case .cutOffBody: Plan(answer: answer, delivery: .cutOff)
    case .htmlBody: Plan(answer: .html(answer.status))
    case .emptyBody: Plan(answer: Answer(status: answer.status))
    case .tokenExpired: Plan(answer: .tokenExpired(at: now))
    case .forbidden: Plan(answer: .scopeForbidden)
    case .customerNotFound: Plan(answer: .customerNotFound)
    case .hang: Plan(answer: answer, delivery: .hang(nanoseconds: scenario.hangFor?.wholeNanoseconds))
    case .wrongHost, .duplicateKeys, .unknownStatus: Plan(answer: answer)
    }
  }
}

extension SessionFate {
  /// The status it ends in.
  fileprivate var status: SimulatedStatus {
    switch self {
    case .completed: .completed
    case .failed: .failed
    case .canceled: .canceled
    case .abandoned: .timedOut
    }
  }
}
