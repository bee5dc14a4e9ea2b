/// Turns the mapping of a scenario file into a ``Scenario``. Every method takes its keys, then reports those that are left.
struct ScenarioReader {
  let root: ScenarioSection
  var scenario: Scenario

  mutating func read() {
    scenario.name = root.text("name") ?? scenario.name
    _ = root.text("description")
    readLatency()
    scenario.quota = root.section("quota").flatMap(quota)
    readFaults()
    readDateSkew()
    scenario.outages = root.sections("outages").compactMap(outage)
    scenario.rateLimitBursts = root.sections("rateLimitBursts").compactMap(burst)
    if let section = root.section("tokens") { readTokens(section) }
    if let section = root.section("sessions") { SessionRulesReader(section: section).read(into: &scenario.sessions) }
    root.finish()
  }

  private mutating func readLatency() {
    guard let section = root.section("latency") else { return }
    defer { section.finish() }
    scenario.createLatency = section.distribution("create") ?? scenario.createLatency
    scenario.statusLatency = section.distribution("status") ?? scenario.statusLatency
    scenario.tokens.latency = section.distribution("token") ?? scenario.tokens.latency
  }

  private mutating func readDateSkew() {
    guard let text = root.text("dateSkew") else { return }
    let isBehind = text.hasPrefix("-")
    guard let skew = DurationText.parse(isBehind ? text.dropFirst() : text[...]) else {
      return root.report("dateSkew", ScenarioSection.durationMessage(text))
    }
    scenario.dateSkew = isBehind ? .zero - skew : skew
  }

  private func quota(_ section: ScenarioSection) -> QuotaRule? {
    defer { section.finish() }
    let retryAfter = section.choice("retryAfter", of: QuotaRule.RetryAfter.self) ?? .none
    var merchants: [String: QuotaRule.Limit] = [:]
    if let ofMerchants = section.section("merchants") {
      for id in ofMerchants.keys {
        guard let one = ofMerchants.section(id) else { continue }
        merchants[id.lowercased()] = limit(one)
        one.finish()
      }
    }
    guard let limit = limit(section) else { return nil }
    return QuotaRule(limit: limit, merchants: merchants, retryAfter: retryAfter)
  }

  private func limit(_ section: ScenarioSection) -> QuotaRule.Limit? {
    let rate = section.number("requestsPerSecond", in: 0.001...1_000_000)
    let burst = section.number("burst", in: 1...1_000_000)
    if !section.keys.contains("requestsPerSecond") { section.report("requestsPerSecond", "is required") }
    guard let rate else { return nil }
    return .init(requestsPerSecond: rate, burst: Int(burst ?? max(1, rate / 10)))
  }

  private mutating func readFaults() {
    guard let section = root.section("faults") else { return }
    defer { section.finish() }
    scenario.slowDripFor = section.duration("slowDripFor") ?? scenario.slowDripFor
    scenario.hangFor = section.duration("hangFor") ?? scenario.hangFor
    scenario.createFaults = section.section("create").map { rates($0, of: FaultKind.ofCreate) } ?? scenario.createFaults
    scenario.statusFaults = section.section("status").map { rates($0, of: FaultKind.ofStatus) } ?? scenario.statusFaults
    scenario.tokens.error500 = section.section("token").flatMap(tokenError500) ?? scenario.tokens.error500
  }

  private func tokenError500(_ section: ScenarioSection) -> Double? {
    defer { section.finish() }
    return section.share("error500")
  }

  private func rates(_ section: ScenarioSection, of kinds: [FaultKind]) -> FaultRates {
    defer { section.finish() }
    var shares: [FaultKind: Double] = [:]
    for kind in kinds { shares[kind] = section.share(kind.rawValue) }
    let sum = shares.values.reduce(0, +)
    if sum > 1.000_000_1 { section.problems.add(at: section.mark, path: section.path, "the shares together must be at most 1, got \(sum)") }
    return FaultRates(shares)
  }

  private func window(_ section: ScenarioSection) -> ScenarioWindow? {
    let (from, to) = (section.needed("from"), section.needed("to"))
    guard let from, let to else { return nil }
    if to <= from { section.report("to", "must be later than from") }
    return ScenarioWindow(from: from, to: to)
  }

  private func outage(_ section: ScenarioSection) -> Outage? {
    defer { section.finish() }
    let kind = section.choice("kind", of: Outage.Kind.self) ?? .unavailable
    var routes: Set<SimulatedRoute> = []
    for name in section.texts("routes") {
      if let route = SimulatedRoute(rawValue: name) {
        routes.insert(route)
      } else {
        section.report("routes", "must be some of create, status, token, got \(name)")
      }
    }
    if kind == .refuse, !routes.isEmpty { section.report("routes", "a port that refuses connections refuses them for all routes") }
    guard let window = window(section) else { return nil }
    return Outage(window: window, kind: kind, routes: routes.isEmpty ? Set(SimulatedRoute.allCases) : routes)
  }

  private func burst(_ section: ScenarioSection) -> RateLimitBurst? {
    defer { section.finish() }
    let share = section.share("share") ?? 1
    let retryAfter = section.choice("retryAfter", of: QuotaRule.RetryAfter.self) ?? .none
    guard let window = window(section) else { return nil }
    return RateLimitBurst(window: window, share: share, retryAfter: retryAfter)
  }

  private mutating func readTokens(_ section: ScenarioSection) {
    defer { section.finish() }
    scenario.tokens.lifetime = section.duration("lifetime") ?? scenario.tokens.lifetime
    scenario.tokens.expireAllAt = section.durations("expireAllAt").sorted()
    scenario.tokens.required = section.flag("required") ?? true
    scenario.tokens.accepted = Set(section.texts("accepted"))
    scenario.tokens.clients = section.sections("clients").compactMap { client in
      defer { client.finish() }
      let secret = client.text("secret")
      let scope = client.text("scope")
      let merchants = Set(client.texts("merchants").map { $0.lowercased() })
      guard let id = client.text("id") else {
        if !client.keys.contains("id") { client.report("id", "is required") }
        return nil
      }
      return TokenRules.Client(id: id, secret: secret, scope: scope, merchants: merchants)
    }
  }
}
