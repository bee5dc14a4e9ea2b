import CheckoutSession

/// A simulated world: topics, ledger and gateway, which outlive processes, the processes on them, and a scheduler that takes one step at a time, in an order,
/// with faults and with deaths that its seed decides. Time passes only here.
final class World {
  let seed: UInt64
  var chance: Chance
  var rates: FaultRates
  var log: ModelLog
  var ledger: ModelLedger
  var gateway = ModelGateway()
  var topics = ModelTopics()
  var flights = StepQueue<Flight>()
  var processes: [(any SimulatedProcess)?] = []
  /// When a dead process's place is taken by a new one.
  var bornAt: [Int64] = []
  var lives: [Int] = []
  let workersCount: Int
  let mutation: Mutation?
  /// Milliseconds since the beginning.
  var now: Int64 = 0
  private(set) var stepsCount = 0
  var tally = WorldTally()
  /// How many sessions may be orphans: one for each that a fault hid, and what was in hand at each disturbance.
  var orphansAllowed = 0
  private(set) var violations: [String] = []
  private let isTraced: Bool
  private(set) var trace: [String] = []

  private static let origin: Int64 = 1_735_689_600_000
  private static let stepsMax = 20_000
  static let traceMax = 60

  init(seed: UInt64, mutation: Mutation? = nil, isTraced: Bool = false) {
    self.seed = seed
    self.mutation = mutation
    self.isTraced = isTraced
    var chance = Chance(seed: seed)
    rates = FaultRates(using: &chance)
    ledger = ModelLedger(mutation: mutation)
    workersCount = 1 + chance.below(3)
    log = ModelLog(partitionsCount: 1 + chance.below(3))
    self.chance = chance
    let reconcilersCount = 1 + self.chance.below(2)
    fillLog()
    for place in 0..<(workersCount + reconcilersCount) {
      processes.append(nil)
      bornAt.append(0)
      lives.append(0)
      bear(place)
    }
    for partition in log.partitions.indices { log.assign(partition, to: self.chance.below(workersCount)) }
    tellWorkers(delayed: false)
  }

  private func fillLog() {
    let count = 2 + chance.below(4)
    var originals: [LoggedRequest] = []
    for number in 0..<count {
      let roll = chance.below(20)
      // Repetitions, conflicts and replays of an earlier id come between new ones.
      let isRepeated = number > 0 && roll < 6
      let original = isRepeated ? originals[chance.below(number)] : nil
      let partition = chance.below(log.partitions.count)
      let kind: LoggedRequest.Kind = roll == 10 ? .unreadable : roll == 11 ? .refusedByGateway : roll == 12 ? .expiring : .valid
      // Repetitions that two workers take at once are in doubt to one of them, which is sent too: each may cost a session that nobody sees.
      if isRepeated { orphansAllowed += 1 }
      let replay = original.flatMap { roll < 4 ? self.replay(of: $0, number) : nil }
      let isOther = original != nil && roll == 0 && replay?.replaced == nil
      let request = LoggedRequest(
        kind: kind, id: original?.id ?? "r\(number)", variant: kind != .valid || replay?.replaced != nil ? number + 2 : isOther ? 1 : 0,
        replay: replay, partition: partition,
        offset: log.partitions[partition].requests.count, expiresAt: wall + .milliseconds(chance.below(20_000)))
      log.partitions[partition].requests.append(request)
      originals.append(original ?? request)
    }
  }

  /// Ops replays a request: as it was, edited, or because another session is wanted. What cannot work as it is, is edited mostly.
  private func replay(of original: LoggedRequest, _ number: Int) -> LoggedRequest.Replay? {
    let count = 1 + chance.below(number)
    let choice = chance.below(original.kind == .valid ? 3 : 6)
    return switch choice {
    case 0: LoggedRequest.Replay(count: count)
    case 1: LoggedRequest.Replay(count: count, wantsNewSession: true)
    default: LoggedRequest.Replay(count: count, replaced: original.value)
    }
  }

  // MARK: - Time

  var time: Duration { .milliseconds(now) }
  var wall: Timestamp { Timestamp(millisecondsSinceEpoch: Self.origin + now) }
  /// When to try again what failed.
  var soon: Int64 { now + 100 }
  func wall(at moment: Int64) -> Timestamp { Timestamp(millisecondsSinceEpoch: Self.origin + moment) }
  func milliseconds(_ moment: Timestamp) -> Int64 { moment.millisecondsSinceEpoch - Self.origin }
  /// The first whole millisecond at or after a moment.
  static func milliseconds(_ moment: Duration) -> Int64 { (moment + .nanoseconds(999_999)).wholeMilliseconds }

  // MARK: - Running

  /// Runs with faults for a while, then without until everything has come to rest, and checks what must be true.
  func run() {
    let faultySteps = 20 + chance.below(120)
    while stepsCount < faultySteps, !isAtRest, violations.isEmpty {
      disturb()
      step()
    }
    calmDown()
    while !isAtRest, violations.isEmpty {
      guard stepsCount < Self.stepsMax else { return violate("does not come to rest") }
      step()
    }
    if violations.isEmpty { checkAtRest() }
  }

  /// What happened in all.
  var finalTally: WorldTally {
    var tally = tally
    tally.steps = stepsCount
    tally.posts = gateway.posts
    tally.sessions = gateway.sessions.count
    tally.orphans = gateway.sessions.count - topics.published.count
    tally.events = topics.events.count
    tally.unresolved = topics.events.count { $0.status == .unresolved }
    tally.deadLetters = topics.lettered.count
    return tally
  }

  private var whatIsLeft: String {
    let held = processes.map { $0.map { "\($0.inHand) in hand" } ?? "dead" }
    return "\(held), \(log.partitions.map { "\($0.requests.count - $0.committed) not committed" }), \(ledger.outstanding.count) outstanding"
  }

  private var isAtRest: Bool {
    guard flights.isEmpty, log.isDone, ledger.outstanding.isEmpty else { return false }
    return processes.allSatisfy { $0.map { $0.inHand == 0 } ?? true }
  }

  /// One step of somebody who has one, or time goes on to when somebody has.
  private func step() {
    stepsCount += 1
    var turns = processes.count + 1
    var actor = chance.below(turns)
    while turns > 0 {
      if act(actor) {
        if chance.happens(1, of: 4) { now += Int64(chance.below(200)) }
        return
      }
      actor = actor == processes.count ? 0 : actor + 1
      turns -= 1
    }
    var next = nextAt
    if next == .max {
      tellWorkers(delayed: false)
      next = nextAt
    }
    guard next < .max else { return violate("nobody will ever do anything again; left: \(whatIsLeft)") }
    now = max(now, next)
  }

  /// A step of one process, or of what is under way between them; false if there is none to be taken.
  private func act(_ actor: Int) -> Bool {
    guard actor < processes.count else {
      let ready = flights.count(at: now)
      guard ready > 0, let flight = flights.take(chance.below(ready), at: now) else { return false }
      fly(flight)
      return true
    }
    guard let process = processes[actor] else {
      guard bornAt[actor] <= now else { return false }
      bear(actor)
      return true
    }
    let choices = process.choices
    guard choices > 0 else { return false }
    process.take(chance.below(choices))
    return true
  }

  /// When anybody can do anything.
  private var nextAt: Int64 {
    var next = flights.next
    var place = 0
    while place < processes.count {
      next = min(next, processes[place]?.nextAt ?? bornAt[place])
      place += 1
    }
    return next
  }

  // MARK: - Processes

  private func bear(_ place: Int) {
    lives[place] += 1
    let life = lives[place]
    note("a process begins in place \(place)")
    guard place < workersCount else {
      processes[place] = ReconcileProcess(place: place, life: life, world: self, mutation: mutation)
      return
    }
    let process = CreateProcess(place: place, life: life, world: self, mutation: mutation)
    processes[place] = process
    for partition in log.partitions.indices where log.partitions[partition].owner == place { log.assign(partition, to: place) }
    process.learn(of: log)
  }

  func kill(_ place: Int) {
    guard let process = processes[place] else { return }
    note("the process in place \(place) is killed with \(process.inHand) in hand")
    tally.crashes += 1
    allowOrphans(of: place)
    processes[place] = nil
    bornAt[place] = now + Int64(chance.below(chance.happens(1, of: 4) ? 1_100_000 : 5000))
  }

  /// A worker is disturbed: what is in hand may be done twice, or too late, by each of those that have the same records in hand then.
  func allowOrphans(of place: Int) {
    guard place < workersCount, let disturbed = processes[place], disturbed.inHand > 0 else { return }
    for worker in 0..<workersCount { orphansAllowed += (processes[worker]?.inHand ?? 0) * workersCount }
  }

  /// Workers hear of who owns what, at once or some time later.
  func tellWorkers(delayed: Bool) {
    for place in 0..<workersCount where !(delayed && chance.happens(1, of: 3)) {
      (processes[place] as? CreateProcess)?.learn(of: log)
    }
  }

  private func calmDown() {
    note("no more faults")
    rates = .none
    for place in processes.indices {
      processes[place]?.frozenUntil = 0
      if processes[place] == nil { bornAt[place] = min(bornAt[place], now) }
    }
    tellWorkers(delayed: false)
  }

  // MARK: - Telling

  /// Notes what happens, if anybody will read it.
  func note(_ text: @autoclosure () -> String) {
    guard isTraced else { return }
    trace.append("\(now) ms: \(text())")
    if trace.count > Self.traceMax { trace.removeFirst() }
  }

  func violate(_ text: String) {
    violations.append(text)
    note("VIOLATION: \(text)")
  }
}
