import NIOHTTP1

/// The gateway itself: all state and every decision, without I/O and without a clock of its own. The connections ask it what to do with
/// a request and do that.
struct SimulatorEngine {
  let configuration: SimulatorConfiguration
  private(set) var scenario: Scenario
  /// The YAML it was read from, for whoever asks.
  private(set) var scenarioSource = ""
  /// Scenario time 0.
  private(set) var epoch: Int64
  /// Counts resets.
  private(set) var era: UInt64 = 0

  var table: SessionTable
  var tally = RequestTally()
  var meter = RateMeter()
  var tokens = TokenStore()
  var quota: ExactTokenBucket?
  var merchantQuotas: [String: ExactTokenBucket] = [:]
  /// Requests that met a 429 burst; what a share of them gets is drawn by this count, because bursts happen at a time, not to a request.
  var burstOrdinal: UInt64 = 0
  var tokenRequests: UInt64 = 0
  private(set) var connectionsOpen = 0
  private(set) var connectionsTotal = 0

  init(configuration: SimulatorConfiguration, at now: Int64) {
    self.configuration = configuration
    scenario = configuration.scenario
    epoch = now
    table = SessionTable(sessionsMax: configuration.sessionsMax)
    fillQuota(at: now)
  }

  // MARK: Time

  /// Session time in real nanoseconds.
  func scaled(_ nanoseconds: Int64) -> Int64 {
    configuration.timeScale == 1 ? nanoseconds : Int64(Double(nanoseconds) / configuration.timeScale)
  }

  /// How much scenario time has passed.
  func elapsed(at now: Int64) -> Int64 {
    configuration.timeScale == 1 ? now - epoch : Int64(Double(now - epoch) * configuration.timeScale)
  }

  /// The real moment of a scenario time.
  func moment(_ scenarioTime: Duration) -> Int64 {
    let (moment, overflow) = epoch.addingReportingOverflow(scaled(scenarioTime.wholeNanoseconds))
    return overflow ? .max : moment
  }

  // MARK: Requests

  /// Decides about one request to anything but the simulator's own pages.
  mutating func plan(for request: IncomingRequest, at now: Int64) -> Plan {
    let plan: Plan
    let route: String
    switch (Destination(uri: request.uri), request.method) {
    case (.sessions, .POST): (plan, route) = (create(request, at: now), "POST /sessions")
    case (.session(let id), .GET): (plan, route) = (status(of: id, request, at: now), "GET /sessions/{id}")
    case (.token, .POST): (plan, route) = (token(request, at: now), "POST /oauth2/token")
    case (.sessions, _), (.session, _), (.token, _):
      (plan, route) = (Plan(answer: .problem(.methodNotAllowed, "METHOD_NOT_ALLOWED", "Method not allowed")), "other")
    case (.nothing, _), (.simulator, _): (plan, route) = (Plan(answer: .nothingHere), "other")
    }
    tally.count(plan, route: route)
    return plan
  }

  /// Reports what became of the answer to a POST that made a session.
  mutating func report(_ answer: AnswerFate, of ticket: SessionTicket) {
    guard ticket.era == era else { return }
    table.setAnswer(ticket.index, answer)
  }

  mutating func connectionOpened() {
    connectionsOpen += 1
    connectionsTotal += 1
  }

  mutating func connectionClosed() { connectionsOpen -= 1 }

  // MARK: Beginning anew

  /// Forgets all sessions and counts and begins scenario time anew. Tokens stay good: whoever holds one noticed nothing.
  mutating func reset(at now: Int64) {
    era += 1
    table = SessionTable(sessionsMax: configuration.sessionsMax)
    tally = RequestTally()
    meter = RateMeter()
    burstOrdinal = 0
    connectionsTotal = connectionsOpen
    restart(at: now)
  }

  /// Goes on under another scenario, whose time begins now. Sessions keep the life they were given.
  mutating func load(_ scenario: Scenario, source: String, at now: Int64) {
    self.scenario = scenario
    scenarioSource = source
    restart(at: now)
  }

  private mutating func restart(at now: Int64) {
    epoch = now
    fillQuota(at: now)
  }

  private mutating func fillQuota(at now: Int64) {
    quota = scenario.quota.map { ExactTokenBucket($0.limit, at: now) }
    merchantQuotas = scenario.quota?.merchants.mapValues { ExactTokenBucket($0, at: now) } ?? [:]
  }

  /// When, after `now`, the port is closed or opened next; nil: never again.
  func nextListeningChange(after now: Int64) -> Int64? {
    let refusals = scenario.outages.filter { $0.kind == .refuse }
    return refusals.flatMap { [moment($0.window.from), moment($0.window.to)] }.filter { $0 > now }.min()
  }

  /// Whether the port is open.
  func isListening(at now: Int64) -> Bool {
    let elapsed = elapsed(at: now)
    return !scenario.outages.contains { $0.kind == .refuse && $0.window.contains(elapsed) }
  }
}
