import CheckoutSession
import NIOHTTP1

extension SimulatorEngine {
  /// What stands before both calls of `/sessions`.
  enum Gate {
    /// The call may go on, for this merchant (in lower case).
    case open(merchant: String)
    /// It is answered here, at once.
    case shut(Plan)
  }

  /// Outages, bursts, quota, token and headers, in this order.
  mutating func gate(_ route: SimulatedRoute, _ request: IncomingRequest, at now: Int64) -> Gate {
    meter.record(at: now, requestsPerSecond: scenario.quota?.limit.requestsPerSecond)
    if let plan = outage(on: route, at: now) { return .shut(plan) }
    let merchant = request.headers.first(name: "x-merchant-id")?.lowercased() ?? ""
    if let plan = burst(at: now) ?? overQuota(merchant: merchant, at: now) { return .shut(plan) }
    if let answer = refusedToken(request, merchant: merchant, at: now) { return .shut(Plan(answer: answer)) }
    if let answer = Self.refusedHeaders(request.headers, merchant: merchant) { return .shut(Plan(answer: answer)) }
    return .open(merchant: merchant)
  }

  /// 503, or a reset on a connection that was still there when the port closed; nil if there is no outage.
  func outage(on route: SimulatedRoute, at now: Int64) -> Plan? {
    guard !scenario.outages.isEmpty else { return nil }
    let elapsed = elapsed(at: now)
    guard let outage = scenario.outages.first(where: { $0.window.contains(elapsed) && $0.routes.contains(route) }) else { return nil }
    let answer = Answer.failure(.serviceUnavailable, detail: "The service is unavailable")
    return Plan(answer: answer, delivery: outage.kind == .refuse ? .reset : .whole)
  }

  private mutating func burst(at now: Int64) -> Plan? {
    guard !scenario.rateLimitBursts.isEmpty else { return nil }
    let elapsed = elapsed(at: now)
    guard let burst = scenario.rateLimitBursts.first(where: { $0.window.contains(elapsed) }) else { return nil }
    burstOrdinal += 1
    var random = KeyedRandom(seed: configuration.seed, key: StableKey("burst".utf8), ordinal: burstOrdinal, purpose: .burst)
    guard random.unit() < burst.share else { return nil }
    return tooMany(retryAfter: burst.retryAfter, waitNanoseconds: moment(burst.window.to) - now, at: now)
  }

  private mutating func overQuota(merchant: String, at now: Int64) -> Plan? {
    guard let rule = scenario.quota else { return nil }
    if quota?.take(at: now) == false {
      return tooMany(retryAfter: rule.retryAfter, waitNanoseconds: quota?.waitNanoseconds(at: now) ?? 0, at: now)
    }
    if merchantQuotas[merchant]?.take(at: now) == false {
      // The call was refused, so it must not use up what other merchants may have.
      quota?.giveBack()
      return tooMany(retryAfter: rule.retryAfter, waitNanoseconds: merchantQuotas[merchant]?.waitNanoseconds(at: now) ?? 0, at: now)
    }
    return nil
  }

  private mutating func tooMany(retryAfter: QuotaRule.RetryAfter, waitNanoseconds: Int64, at now: Int64) -> Plan {
    tally.countQuotaRefusal()
    var answer = Answer.problem(.tooManyRequests, "TOO_MANY_REQUESTS", "Quota exceeded")
    let second: Int64 = 1_000_000_000
    let wait = max(second, waitNanoseconds)
    switch retryAfter {
    case .none: break
    case .seconds: answer.retryAfter = String((wait + second - 1) / second)
    case .date: answer.retryAfter = HTTPDate.text(secondsSinceEpoch: (now + wait + second - 1) / second)
    }
    return Plan(answer: answer)
  }

  private func refusedToken(_ request: IncomingRequest, merchant: String, at now: Int64) -> Answer? {
    guard scenario.tokens.required else { return nil }
    guard let authorization = request.headers.first(name: "authorization") else { return .tokenMissing }
    guard authorization.utf8.count > 7, authorization.prefix(7).lowercased() == "bearer " else { return .tokenMissing }
    let token = authorization.dropFirst(7)
    if scenario.tokens.accepted.contains(String(token)) { return nil }
    switch tokens.verdict(on: token, at: now, expiries: scenario.tokens.expireAllAt.map(moment)) {
    case .good(let merchants): return merchants?.contains(merchant) == false ? .scopeForbidden : nil
    case .expired(let moment): return .tokenExpired(at: moment)
    case .unknown: return token.utf8.count { $0 == UInt8(ascii: ".") } == 2 ? .tokenUnknown : .tokenUnreadable
    }
  }

  private static func refusedHeaders(_ headers: HTTPHeaders, merchant: String) -> Answer? {
    guard UUIDFormat.isUUID(merchant.utf8) else { return .problem(.badRequest, "INVALID_REQUEST", "X-Merchant-Id must be a UUID") }
    guard headers.first(name: "x-upstream-env")?.isEmpty == false else {
      return .problem(.badRequest, "INVALID_REQUEST", "X-Upstream-Env is required")
    }
    guard headers.first(name: "content-type")?.lowercased().hasPrefix("application/json") == true else {
      return .problem(.badRequest, "INVALID_REQUEST", "Content-Type must be application/json")
    }
    return nil
  }
}
