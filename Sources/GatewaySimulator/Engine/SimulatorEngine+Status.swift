import NIOHTTP1

extension SimulatorEngine {
  /// `GET …/sessions/{id}`
  mutating func status(of idText: Substring, _ request: IncomingRequest, at now: Int64) -> Plan {
    let merchant: String
    switch gate(.status, request, at: now) {
    case .shut(let plan): return plan
    case .open(let name): merchant = name
    }
    guard let id = SessionIdentifier.parse(idText.utf8), let index = table.index(of: id) else {
      var random = KeyedRandom(seed: configuration.seed, key: StableKey(idText.utf8), ordinal: 0, purpose: .latency)
      return Plan(answer: .sessionNotFound, delayNanoseconds: scenario.statusLatency.drawNanoseconds(using: &random))
    }
    table.countPoll(index)
    let session = table.sessions[index]
    let key = StableKey(sessionID: session.id)
    var random = KeyedRandom(seed: configuration.seed, key: key, ordinal: UInt64(session.polls), purpose: .latency)
    let latency = scenario.statusLatency.drawNanoseconds(using: &random)
    random = KeyedRandom(seed: configuration.seed, key: key, ordinal: UInt64(session.polls), purpose: .fault)
    var plan: Plan
    if session.merchantID != merchant {
      plan = Plan(answer: .sessionForbidden)
    } else if now < session.visibleAt {
      plan = Plan(answer: .sessionNotFound)
    } else {
      plan = told(session, fault: scenario.statusFaults.draw(using: &random), at: now)
    }
    plan.delayNanoseconds = latency
    return plan
  }

  private mutating func told(_ session: SimulatedSession, fault: FaultKind?, at now: Int64) -> Plan {
    let answer = SessionAnswer(session: session, fault: fault).answer(for: session.status(at: now))
    guard let fault else { return Plan(answer: answer) }
    // These change the body of a 200; 401 and 410 have nothing of theirs to change, so nothing was injected.
    let changesBody = fault == .duplicateKeys || fault == .unknownStatus
    if changesBody, answer.status != .ok { return Plan(answer: answer) }
    tally.count(fault)
    return spoiled(answer, by: fault, at: now)
  }
}
