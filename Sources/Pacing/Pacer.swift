import DequeModule
import HeapModule

/// Decides which request may start when. Pure: it holds the waiting items and the limits, the caller has the clock and sends.
///
/// An item starts when there is a slot (requests in flight), a token of the global bucket, a token of its merchant's bucket and, for a
/// retry whose time has come, room in the retry budget. Merchants take turns; within one, retries go first and first attempts keep their order.
///
/// What is in the replay lane starts only while nothing else could, whichever merchant's it is; but while both wait, one start in ``replayTurn`` is a replay's, so
/// that what was sent again comes to an end as well. Of a merchant's own quota, while both wait for it, the replays have one start in as many, however much the
/// other merchants start. All limits are for both lanes together.
///
/// How to drive it: after every `submit`, `retry`, `finished`, `resume` and `setQuota` (one or many of them) call `release`, start what it gives, and
/// call it again at the moment it returned if nothing else happens before. Each released item is owed exactly one `finished`.
///
/// Nothing here bounds the number of waiting items: they are the caller's batches in flight, and bounded there.
/// It is `@inlinable` because it is on the path of every record: specialised for its `Item` it costs a sixth of the generic code.
/// It is a value without locks; its owner keeps it where one thread at a time can reach it. Times are durations since any fixed origin.
public struct Pacer<Item: Sendable>: Sendable {
  /// What it was made with.
  public let configuration: PacerConfiguration

  @usableFromInline var inFlightCount = 0
  @usableFromInline var waitingCount = 0
  @usableFromInline var replaysWaiting = 0
  /// Others that have started since the last replay, as long as replays wait.
  @usableFromInline var startsBeforeReplay = 0
  @usableFromInline var global: TokenBucket
  /// By merchant.
  @usableFromInline var buckets: [TokenBucket]
  /// By merchant those of ordinary requests, and behind them, by merchant again, those of the replay lane. A queue goes by its index.
  @usableFromInline var queues: [MerchantQueue<Item>]
  @usableFromInline var ordinary = LaneTurns()
  @usableFromInline var replays = LaneTurns()
  @usableFromInline var blocked = Heap<BlockedQueue>()
  @usableFromInline var delayedItems = Heap<DelayedItem<Item>>()
  @usableFromInline var delayedSequence: UInt64 = 0
  @usableFromInline var retryBudget: RetryBudget
  @usableFromInline var adaptation: RateAdaptation
  @usableFromInline var heldUntil: Duration?
  /// Requests in flight at most; 0 stops everything at no cost to the path of a record.
  @usableFromInline var slots: Int
  @usableFromInline var quotaFraction = 1.0
  @usableFromInline var throttles = 0
  @usableFromInline var firstAttemptsStarted = 0
  @usableFromInline var retriesStarted = 0

  /// A pacer with nothing waiting and all buckets full.
  @inlinable
  public init(configuration: PacerConfiguration = .standard, now: Duration) {
    self.configuration = configuration
    slots = configuration.concurrentRequestsMax
    global = TokenBucket(configuration.quota)
    buckets = configuration.merchantQuotas.map { TokenBucket($0) }
    queues = Array(repeating: MerchantQueue(), count: 2 * configuration.merchantQuotas.count)
    retryBudget = RetryBudget(configuration.retryBudget, now: now)
    adaptation = RateAdaptation(configured: configuration.quota.requestsPerSecond, policy: configuration.adaptation, now: now)
  }

  /// Requests started and not finished.
  @inlinable public var inFlight: Int { inFlightCount }
  /// Items that wait for tokens, slots, the retry budget or the end of a hold.
  @inlinable public var waiting: Int { waitingCount }
  /// Retries whose time has not come.
  @inlinable public var delayed: Int { delayedItems.count }
  /// Nothing waits, nothing is delayed and nothing is in flight.
  @inlinable public var isIdle: Bool { waiting == 0 && delayedItems.isEmpty && inFlight == 0 }
  /// All counts at once.
  public var snapshot: PacerSnapshot {
    PacerSnapshot(
      waiting: waiting, replaysWaiting: replaysWaiting, delayed: delayed, inFlight: inFlight, requestsPerSecond: global.requestsPerSecond,
      throttles: throttles,
      rateDecreases: adaptation.decreases, firstAttempts: firstAttemptsStarted, retries: retriesStarted, quotaFraction: quotaFraction,
      slots: slots,
      pausedUntil: global.pausedUntil > TokenBucket.neverPaused ? global.pausedUntil : nil, isHeld: heldUntil != nil,
      merchants: buckets.indices.map { merchant in
        let (ordinary, replays) = (queues[merchant], queues[buckets.count + merchant])
        return PacerSnapshot.Merchant(waiting: ordinary.count + replays.count, started: ordinary.started + replays.started)
      })
  }

  /// Items of one merchant that wait (delayed ones not counted).
  @inlinable
  public func waiting(merchant: Int) -> Int { queues[merchant].count + queues[buckets.count + merchant].count }

  // MARK: Work in

  /// Queues a first attempt.
  /// - Parameter merchant: an index into the configuration's `merchantQuotas`.
  @inlinable
  public mutating func submit(_ item: Item, merchant: Int, lane: PacerLane = .ordinary) {
    let queue = queue(merchant, lane)
    queues[queue].firstAttempts.append(item)
    count(1, in: queue)
    enterRotation(queue)
  }

  /// Queues first attempts of one merchant, in their order.
  @inlinable
  public mutating func submit(contentsOf items: some Collection<Item>, merchant: Int, lane: PacerLane = .ordinary) {
    guard !items.isEmpty else { return }
    let queue = queue(merchant, lane)
    queues[queue].firstAttempts.append(contentsOf: items)
    count(items.count, in: queue)
    enterRotation(queue)
  }

  /// Queues a later attempt, which starts no sooner than `notBefore`. Report the attempt before it with `finished` as well.
  @inlinable
  public mutating func retry(_ item: Item, merchant: Int, lane: PacerLane = .ordinary, notBefore: Duration) {
    delayedItems.insert(DelayedItem(notBefore: notBefore, sequence: delayedSequence, queue: queue(merchant, lane), item: item))
    delayedSequence += 1
  }

  // MARK: Work out

  /// Starts everything that may start now.
  /// - Parameter ready: gets the started items appended; each holds a slot until `finished`.
  /// - Returns: when to call again although nothing else happened (always after `now`), or nil when nothing waits, or only on `finished`,
  ///   `resume` or `setQuota`.
  @inlinable
  public mutating func release(now: Duration, into ready: inout [Item]) -> Duration? {
    if adaptation.recover(now: now) { global.setRate(adaptation.requestsPerSecond, now: now) }
    if let heldUntil {
      guard now >= heldUntil else { return nextWake(now: now, holdEnds: heldUntil) }
      self.heldUntil = nil
    }
    admitDue(now: now)
    while inFlightCount < slots, now >= global.nextDue {
      if !ordinary.starved.isEmpty, retryBudget.nextDue(now: now) <= now, let queue = ordinary.starved.popFirst() {
        place(queue, in: .rotation)
      }
      if replaysWaiting > 0, ordinary.rotation.isEmpty || startsBeforeReplay >= Self.replayTurn - 1, let queue = nextReplays(now: now) {
        serve(queue, now: now, into: &ready)
        continue
      }
      guard let queue = ordinary.rotation.popFirst() else { break }
      serve(queue, now: now, into: &ready)
    }
    return nextWake(now: now, holdEnds: nil)
  }

  /// Ends one request that `release` started: frees its slot and learns from its answer. A retry is the caller's decision.
  @inlinable
  public mutating func finished(merchant: Int, _ feedback: PacerFeedback, now: Duration) {
    assert(inFlightCount > 0, "finished without a release")
    inFlightCount = max(0, inFlightCount - 1)
    switch feedback {
    case .ok: adaptation.accepted(now: now)
    case .failed: break
    case .throttled(let retryAfter): throttled(retryAfter: retryAfter, now: now)
    }
  }

  // MARK: Sharing the gateway's quota with other processes

  /// Changes the part of the quota that may be used: the global bucket, the merchants' buckets, the ceiling of the adapted rate and the slots
  /// become `fraction` of the configured ones; bursts and slots rounded down, at least 1. At 0 nothing starts until it is more, and what the
  /// buckets held is lost.
  /// A change never adds tokens: in no window do more start than the rates in force allow over time, and the largest burst in force.
  ///
  /// So `n` pacers whose fractions add up to 1 at most start in any window at most rate x time + burst + `n` - 1 together
  /// (``Quota/scaled(by:)`` says why), and have at most `concurrentRequestsMax` + `n` - 1 requests in flight, beside those that were in flight when
  /// a part became smaller: nobody can take them back.
  ///
  /// Unlimited rates know no part but 0; the slots become fewer all the same.
  /// - Parameter fraction: 0 to 1; moved to the nearest end if outside, and to 0 if it is no number.
  public mutating func setQuota(fraction: Double, now: Duration) {
    let fraction = fraction.isNaN ? 0 : min(max(fraction, 0), 1)
    guard fraction != quotaFraction else { return }
    let wasStopped = quotaFraction == 0
    quotaFraction = fraction
    guard fraction > 0 else {
      slots = 0
      return
    }
    slots = max(1, Int(Double(configuration.concurrentRequestsMax) * fraction))
    let quota = configuration.quota.scaled(by: fraction)
    adaptation.setCeiling(quota.requestsPerSecond, now: now)
    global.setQuota(Quota(requestsPerSecond: adaptation.requestsPerSecond, burst: quota.burst), now: now)
    if wasStopped { global.empty(now: now) }
    for index in buckets.indices {
      buckets[index].setQuota(configuration.merchantQuotas[index].scaled(by: fraction), now: now)
      if wasStopped { buckets[index].empty(now: now) }
    }
    // The moments they wait for were those of the old rate. They go behind the others, whose turns a change once a second must not upset.
    while let first = blocked.popMin() { place(first.queue, in: .rotation) }
  }

  /// Starts nothing before `moment`, as after a `Retry-After` that another process got; then no burst. It never shortens a pause.
  public mutating func pause(until moment: Duration) {
    global.pause(until: moment)
    adaptation.pause(until: moment)
  }

  // MARK: Stopping

  /// Starts nothing before `moment`, or before `resume` when it is nil (a configuration fault). What is in flight goes on.
  /// The latest call counts.
  @inlinable
  public mutating func hold(until moment: Duration? = nil) { heldUntil = moment ?? Self.never }

  /// Ends a hold.
  @inlinable
  public mutating func resume() { heldUntil = nil }

  /// Takes back what has not started and meets the condition: retries whose time has come, first attempts, those of the replay lane, then delayed retries.
  @inlinable
  public mutating func removeAll(where isRemoved: (Item) -> Bool) -> [Item] {
    var removed: [Item] = []
    for queue in queues.indices {
      let before = removed.count
      queues[queue].retries.removeAll { Self.take($0, if: isRemoved, into: &removed) }
      queues[queue].firstAttempts.removeAll { Self.take($0, if: isRemoved, into: &removed) }
      count(before - removed.count, in: queue)
    }
    let kept = delayedItems.unordered.filter { !Self.take($0.item, if: isRemoved, into: &removed) }
    delayedItems = Heap(kept)
    rebuildRotation()
    return removed
  }

  /// Takes back everything that has not started.
  @inlinable
  public mutating func removeAll() -> [Item] { removeAll { _ in true } }
}

extension Pacer {
  /// Later than any time a caller can name, early enough to add to.
  @inlinable static var never: Duration { .seconds(Int64.max / 4) }

  /// A merchant's queue in a lane.
  @inlinable
  func queue(_ merchant: Int, _ lane: PacerLane) -> Int {
    precondition(buckets.indices.contains(merchant), "merchant index out of range")
    return lane == .ordinary ? merchant : buckets.count + merchant
  }

  /// Counts so many more that wait in a queue.
  @inlinable
  mutating func count(_ more: Int, in queue: Int) {
    waitingCount += more
    if queue >= buckets.count { replaysWaiting += more }
  }

  /// Moves what waited for a moment that has come to where it can start.
  @inlinable
  mutating func admitDue(now: Duration) {
    while let first = delayedItems.min, first.notBefore <= now {
      delayedItems.removeMin()
      queues[first.queue].retries.append(first.item)
      count(1, in: first.queue)
      enterRotation(first.queue)
    }
    while let first = blocked.min, first.due <= now {
      blocked.removeMin()
      place(first.queue, in: .rotation)
    }
  }

  /// Gives one queue its turn: starts one item, or moves the queue to where it waits.
  @inlinable
  mutating func serve(_ queue: Int, now: Duration, into ready: inout [Item]) {
    let isReplays = queue >= buckets.count
    let merchant = isReplays ? queue - buckets.count : queue
    if isReplays, mustYield(merchant) {
      place(queue, in: .yielding)
      return
    }
    let due = buckets[merchant].nextDue
    guard due <= now else {
      queues[queue].place = .blocked
      blocked.insert(BlockedQueue(due: due, queue: queue))
      return
    }
    if !queues[queue].retries.isEmpty, retryBudget.withdraw(now: now), let item = queues[queue].retries.popFirst() {
      retriesStarted += 1
      ready.append(item)
    } else if let item = queues[queue].firstAttempts.popFirst() {
      retryBudget.deposit(now: now)
      firstAttemptsStarted += 1
      ready.append(item)
    } else {
      place(queue, in: .starved)
      if !isReplays { endYield(merchant) }
      return
    }
    // Both are due, as was checked; taking cannot fail.
    _ = global.take(now: now)
    _ = buckets[merchant].take(now: now)
    queues[queue].started += 1
    inFlightCount += 1
    count(-1, in: queue)
    place(queue, in: queues[queue].isEmpty ? .idle : .rotation)
    if isReplays { replayStarted(merchant) } else if replaysWaiting > 0 { otherStarted(merchant) }
  }

  @inlinable
  mutating func place(_ queue: Int, in place: MerchantQueue<Item>.Place) {
    queues[queue].place = place
    let isReplays = queue >= buckets.count
    switch place {
    case .rotation: if isReplays { replays.rotation.append(queue) } else { ordinary.rotation.append(queue) }
    case .starved: if isReplays { replays.starved.append(queue) } else { ordinary.starved.append(queue) }
    case .idle, .blocked, .yielding: break
    }
  }

  /// Puts a queue that got work where it is served, unless it waits for what more work does not change: its merchant's own quota, or a turn there.
  @inlinable
  mutating func enterRotation(_ queue: Int) {
    switch queues[queue].place {
    case .rotation, .blocked, .yielding: return
    case .starved where queues[queue].firstAttempts.isEmpty: return
    case .starved:
      ordinary.starved.removeAll { $0 == queue }
      replays.starved.removeAll { $0 == queue }
    case .idle: break
    }
    place(queue, in: .rotation)
  }

  /// The earliest moment at which something could start without anything else happening.
  @inlinable
  mutating func nextWake(now: Duration, holdEnds: Duration?) -> Duration? {
    guard inFlightCount < slots, holdEnds != Self.never else { return nil }
    var earliest: Duration?
    func consider(_ moment: Duration) { earliest = min(earliest ?? moment, moment) }
    if !ordinary.rotation.isEmpty || !replays.rotation.isEmpty {
      consider(now)
    } else {
      if let first = blocked.min { consider(first.due) }
      if let first = delayedItems.min { consider(first.notBefore) }
      if !ordinary.starved.isEmpty || !replays.starved.isEmpty { consider(retryBudget.nextDue(now: now)) }
    }
    return earliest.map { max($0, global.nextDue, holdEnds ?? $0) }
  }

  @inlinable
  mutating func throttled(retryAfter: Duration?, now: Duration) {
    throttles += 1
    var pausedUntil: Duration?
    if let retryAfter {
      let moment = now + min(max(retryAfter, .zero), configuration.retryAfterMax)
      global.pause(until: moment)
      pausedUntil = moment
    }
    if adaptation.throttled(now: now, pausedUntil: pausedUntil) { global.setRate(adaptation.requestsPerSecond, now: now) }
  }

  /// After a removal any queue may have become empty, and with it what another one yields to; starting over is simpler than finding each in its place,
  /// and as right.
  @inlinable
  mutating func rebuildRotation() {
    ordinary = LaneTurns()
    replays = LaneTurns()
    blocked = Heap()
    for queue in queues.indices { place(queue, in: queues[queue].isEmpty ? .idle : .rotation) }
  }

  @inlinable
  static func take(_ item: Item, if isRemoved: (Item) -> Bool, into removed: inout [Item]) -> Bool {
    guard isRemoved(item) else { return false }
    removed.append(item)
    return true
  }
}
