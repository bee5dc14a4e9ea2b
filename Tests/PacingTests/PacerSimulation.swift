import HeapModule
import Pacing

/// One random run of a `Pacer`, compared at every step with a plain model of what it may and must do.
///
/// The model keeps its own buckets and budget (tested by themselves) and looks through all merchants every time: slow and obvious, where
/// the pacer is fast and keeps merchants in places.
struct PacerSimulation {
  struct InFlight: Comparable {
    let ends: Duration
    let item: Int
    static func < (one: Self, other: Self) -> Bool { (one.ends, one.item) < (other.ends, other.item) }
  }

  struct Arrival {
    let at: Duration
    let merchant: Int
    let lane: PacerLane
    let count: Int
  }

  struct Merchant {
    var bucket: TokenBucket
    var bound: RateBound
    var ordinary = Queue()
    var replays = Queue()
    /// Ordinary starts since its last replay, as long as replays wait.
    var startsBeforeReplay = 0

    subscript(_ lane: PacerLane) -> Queue {
      get { lane == .ordinary ? ordinary : replays }
      _modify { if lane == .ordinary { yield &ordinary } else { yield &replays } }
    }
  }

  struct Queue {
    var firstAttempts: [Int] = []
    var retries: [Int: Duration] = [:]

    mutating func remove(_ isRemoved: (Int) -> Bool) -> [Int] {
      let removed = firstAttempts.filter(isRemoved) + retries.keys.filter(isRemoved)
      firstAttempts.removeAll(where: isRemoved)
      for item in removed { retries[item] = nil }
      return removed
    }
  }

  var pacer: Pacer<Int>
  private(set) var faults: [String] = []
  private(set) var finishedItems = 0
  private(set) var submittedItems = 0

  private var random: SplitMix64
  private let slots: Int
  private let failures: Int
  private let throttles: Int
  private let latest: Int64
  /// How many steps in a thousand take something back.
  private let removals: Int
  private let isBudgetLimited: Bool
  private var global: TokenBucket
  private var globalBound: RateBound
  private var budget: RetryBudget
  private var merchants: [Merchant]
  private var arrivals: [Arrival]
  private var inFlight = Heap<InFlight>()
  private var originOf: [(merchant: Int, lane: PacerLane)] = []
  private var startsBeforeReplay = 0
  private var pausedUntil = Duration.zero
  private var now = Duration.zero

  init(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    func quota(_ rates: ClosedRange<Double>) -> Quota {
      guard Int.random(in: 0..<4, using: &random) > 0 else { return .unlimited }
      return Quota(requestsPerSecond: .random(in: rates, using: &random), burst: .random(in: 1...20, using: &random))
    }
    let count = Int.random(in: 1...5, using: &random)
    let configuration = PacerConfiguration(
      quota: quota(20...400), merchantQuotas: (0..<count).map { _ in quota(5...200) },
      concurrentRequestsMax: .random(in: 1...32, using: &random),
      retryBudget: Bool.random(using: &random) ? .unlimited : .init(ratio: 0.3, minimumPerSecond: 2, window: .seconds(2)),
      adaptation: .fixed)
    let replaysInTen = Bool.random(using: &random) ? 0 : Int.random(in: 1...6, using: &random)
    arrivals = (0..<Int.random(in: 20...60, using: &random)).map { _ in
      Arrival(
        at: .microseconds(Int64.random(in: 0...8_000_000, using: &random)), merchant: .random(in: 0..<count, using: &random),
        lane: Int.random(in: 0..<10, using: &random) < replaysInTen ? .replay : .ordinary, count: .random(in: 1...30, using: &random))
    }.sorted { $0.at > $1.at }
    slots = configuration.concurrentRequestsMax
    failures = .random(in: 0...30, using: &random)
    throttles = Bool.random(using: &random) ? 0 : .random(in: 1...3, using: &random)
    latest = Bool.random(using: &random) ? 0 : 4000
    removals = Bool.random(using: &random) ? 0 : .random(in: 1...30, using: &random)
    isBudgetLimited = configuration.retryBudget != .unlimited
    global = TokenBucket(configuration.quota)
    globalBound = RateBound(configuration.quota)
    budget = RetryBudget(configuration.retryBudget)
    merchants = configuration.merchantQuotas.map { Merchant(bucket: TokenBucket($0), bound: RateBound($0)) }
    pacer = Pacer(configuration: configuration, now: .zero)
    self.random = random
  }

  /// Runs to the end, or to the first fault.
  mutating func run() {
    var wake: Duration?
    var steps = 0
    while faults.isEmpty {
      guard let next = [arrivals.last?.at, inFlight.min?.ends, wake].compactMap({ $0 }).min() else { break }
      // A timer may fire late; the present never goes back.
      now = max(now, next + .microseconds(Int64.random(in: 0...latest, using: &random)))
      while let arrival = arrivals.last, arrival.at <= now { submit(arrivals.removeLast(), arrival.count) }
      while let ended = inFlight.min, ended.ends <= now {
        inFlight.removeMin()
        finish(ended.item)
      }
      if Int.random(in: 0..<1000, using: &random) < removals { remove() }
      var ready: [Int] = []
      wake = pacer.release(now: now, into: &ready)
      for item in ready { start(item) }
      checkNotIdle(wake: wake)
      checkCounts()
      steps += 1
      if steps > 200_000 { faults.append("does not end") }
    }
  }

  private mutating func submit(_ arrival: Arrival, _ count: Int) {
    let items = Array(originOf.count..<(originOf.count + count))
    originOf += Array(repeating: (arrival.merchant, arrival.lane), count: count)
    merchants[arrival.merchant][arrival.lane].firstAttempts += items
    submittedItems += count
    pacer.submit(contentsOf: items, merchant: arrival.merchant, lane: arrival.lane)
  }

  private mutating func finish(_ item: Int) {
    let (merchant, lane) = originOf[item]
    let outcome = Int.random(in: 0..<100, using: &random)
    guard outcome < failures + throttles else {
      finishedItems += 1
      return pacer.finished(merchant: merchant, .ok, now: now)
    }
    if outcome < throttles {
      let retryAfter = Duration.milliseconds(Int64.random(in: 0...700, using: &random))
      pausedUntil = max(pausedUntil, now + retryAfter)
      global.pause(until: now + retryAfter)
      pacer.finished(merchant: merchant, .throttled(retryAfter: retryAfter), now: now)
    } else {
      pacer.finished(merchant: merchant, .failed, now: now)
    }
    let notBefore = now + .milliseconds(Int64.random(in: 0...500, using: &random))
    merchants[merchant][lane].retries[item] = notBefore
    pacer.retry(item, merchant: merchant, lane: lane, notBefore: notBefore)
  }

  /// Takes back some of what has not started, of all merchants or of one lane of one.
  private mutating func remove() {
    let part = Int.random(in: 1...4, using: &random)
    let only = Bool.random(using: &random) ? Int.random(in: 0..<(2 * merchants.count), using: &random) : nil
    let origins = originOf
    let isRemoved: (Int) -> Bool = { item in
      let (merchant, lane) = origins[item]
      return item % part == 0 && (only ?? merchant * 2 + (lane == .ordinary ? 0 : 1)) == merchant * 2 + (lane == .ordinary ? 0 : 1)
    }
    var removed: [Int] = []
    for index in merchants.indices {
      for lane in [PacerLane.ordinary, .replay] { removed += merchants[index][lane].remove(isRemoved) }
    }
    if pacer.removeAll(where: isRemoved).sorted() != removed.sorted() { faults.append("removed others than asked for") }
    finishedItems += removed.count
  }

  private mutating func start(_ item: Int) {
    let (merchant, lane) = originOf[item]
    checkTurn(of: item, merchant, lane)
    if let notBefore = merchants[merchant][lane].retries.removeValue(forKey: item) {
      if notBefore > now { faults.append("retry \(item) too early") }
      if !budget.withdraw(now: now) { faults.append("retry \(item) beyond the budget") }
    } else if merchants[merchant][lane].firstAttempts.first == item {
      merchants[merchant][lane].firstAttempts.removeFirst()
      // At one moment a due retry goes first, as long as the budget has room.
      if dueRetry(merchants[merchant][lane]) && budget.nextDue(now: now) <= now {
        faults.append("first attempt \(item) before a due retry")
      }
      budget.deposit(now: now)
    } else {
      faults.append("\(item) started twice or out of order")
    }
    if now < pausedUntil { faults.append("\(item) started during Retry-After") }
    if !global.take(now: now) || !globalBound.admit(now) { faults.append("beyond the global quota") }
    if !merchants[merchant].bucket.take(now: now) || !merchants[merchant].bound.admit(now) { faults.append("beyond a merchant's quota") }
    inFlight.insert(InFlight(ends: now + .microseconds(Int64.random(in: 0...150_000, using: &random)), item: item))
    if inFlight.count > slots { faults.append("too many in flight") }
  }

  /// The earliest moment at which the model could start something by itself must not be now, and not before the wake-up.
  private mutating func checkNotIdle(wake: Duration?) {
    if let wake, wake <= now { faults.append("wake-up in the past") }
    guard inFlight.count < slots else { return }
    var earliest: Duration?
    for (merchant, queue) in merchants.flatMap({ [($0, $0.ordinary), ($0, $0.replays)] }) {
      var ready: Duration?
      if !queue.firstAttempts.isEmpty { ready = now }
      if let retry = queue.retries.values.min() { ready = min(ready ?? .seconds(1_000_000), max(retry, budget.nextDue(now: now))) }
      guard let ready else { continue }
      let start = max(ready, merchant.bucket.nextDue, global.nextDue)
      earliest = min(earliest ?? start, start)
    }
    guard let earliest else {
      if wake != nil { faults.append("a wake-up for nothing") }
      return
    }
    if earliest <= now { faults.append("idle at \(now) with work, tokens and slots") }
    if wake ?? .seconds(1_000_000) > earliest { faults.append("wakes at \(String(describing: wake)), could start at \(earliest)") }
  }

  private mutating func checkCounts() {
    let queues = merchants.flatMap { [$0.ordinary, $0.replays] }
    let firstAttempts = queues.reduce(0) { $0 + $1.firstAttempts.count }
    let retries = queues.reduce(0) { $0 + $1.retries.count }
    if pacer.waiting + pacer.delayed != firstAttempts + retries { faults.append("counts: waiting") }
    if pacer.inFlight != inFlight.count { faults.append("counts: in flight") }
  }

  private func dueRetry(_ queue: Queue) -> Bool { queue.retries.values.contains { $0 <= now } }

  /// A replay starts only if nothing else could, or if it is its turn among all, and then nothing else does; and of a merchant's own quota it takes
  /// only its turn among the merchant's. Called before the start is counted.
  private mutating func checkTurn(of item: Int, _ merchant: Int, _ lane: PacerLane) {
    let isReplaysTurn = startsBeforeReplay >= Pacer<Int>.replayTurn - 1
    switch lane {
    case .ordinary:
      if isReplaysTurn, couldStart(.replay) { faults.append("\(item) started at a replay's turn") }
      if merchants.contains(where: { hasWork($0.replays) }) { startsBeforeReplay += 1 }
      if hasWork(merchants[merchant].replays) { merchants[merchant].startsBeforeReplay += 1 }
    case .replay:
      if !isReplaysTurn, couldStart(.ordinary) { faults.append("replay \(item) started before others") }
      // Retries without first attempts may have found the budget empty and not been asked again since.
      let others = merchants[merchant].ordinary
      if isBeforeReplaysTurn(merchants[merchant]), !others.firstAttempts.isEmpty || !isBudgetLimited && dueRetry(others) {
        faults.append("replay \(item) took a start of its merchant's others")
      }
      startsBeforeReplay = 0
      merchants[merchant].startsBeforeReplay = 0
    }
  }

  private func hasWork(_ queue: Queue) -> Bool { !queue.firstAttempts.isEmpty || dueRetry(queue) }

  /// Whether others of the merchant, if there are any, come first in what its own quota allows.
  private func isBeforeReplaysTurn(_ merchant: Merchant) -> Bool {
    merchant.bucket.requestsPerSecond.isFinite && merchant.startsBeforeReplay < Pacer<Int>.replayTurn - 1
  }

  /// Whether anything of a lane could surely start. Replays that may have to leave it to others of their merchant do not count: then those could start,
  /// or found the budget empty; that nothing is idle is checked by itself.
  private mutating func couldStart(_ lane: PacerLane) -> Bool {
    let hasBudget = budget.nextDue(now: now) <= now
    return merchants.contains { merchant in
      guard lane == .ordinary || !isBeforeReplaysTurn(merchant) || !hasWork(merchant.ordinary) else { return false }
      return merchant.bucket.nextDue <= now && (!merchant[lane].firstAttempts.isEmpty || hasBudget && dueRetry(merchant[lane]))
    }
  }
}

/// Whether a sequence of moments keeps "over any interval at most rate * t + burst", by the textbook bucket that fills and empties.
struct RateBound {
  private let quota: Quota
  private var level: Double
  private var last: Duration?

  init(_ quota: Quota) {
    self.quota = quota
    level = Double(quota.burst)
  }

  mutating func admit(_ now: Duration) -> Bool {
    guard !quota.isUnlimited else { return true }
    level = min(Double(quota.burst), level + quota.requestsPerSecond * ((now - (last ?? now)) / .seconds(1))) - 1
    last = now
    return level >= -1e-6
  }
}
