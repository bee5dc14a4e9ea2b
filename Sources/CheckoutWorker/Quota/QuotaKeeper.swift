import CheckoutSession
import Logging
import Pacing
import Synchronization

/// Keeps this process's part of the gateway's quota: asks the ledger for a grant once a round and applies it to the stage's pacer, so that
/// all processes over one ledger together send no more than the quota, whichever of them crash. What it may claim for its own among those that send the same is its
/// weight: for creation the part of the request topic's partitions that it has.
///
/// Call ``start()`` before the stage starts, and ``run()`` beside it; cancel that when the stage has ended.
///
/// **What must not happen** is that two processes use the same part at once. The ledger's transactions order the grants, and a grant in the
/// ledger is only replaced by its owner or once it has ended. That leaves the moments at which this process and the ledger disagree:
///
/// - *The grant shrinks.* With the transaction's end the others may take the difference. So the smaller grant is applied inside of the
///   transaction, before it ends. If the transaction fails after that, this process uses less than it has: nobody is harmed, and the next round repairs it.
/// - *The grant grows.* It is applied after the transaction, when the ledger has it. If its answer is late, the grant may have ended: then it is not applied.
/// - *The grant ends* because the ledger does not answer. Everybody else sees it end at `now + grantDuration`, `now` being the time of day when it was
///   asked for. Here it ends that long after the same moment on the monotonic clock, which was read before the time of day, less the margin:
///   so it is given up first, whatever happens to this host's time of day meanwhile. A watch of its own does that; it does not wait for a ledger that hangs.
///   (The time of day is that of the ledger, ``QuotaLedger/clock``: with a server's, a step of a host's clock does nothing. With that of the one host, one that is
///   put *forward* ends the others' view of it early, by the step and for at most one grant's duration.)
/// - *The weight shrinks*, because partitions go: what is used shrinks with it before ``setWeight(_:)`` returns, and so before the group hears that they are
///   let go. The ledger learns of it in a round that follows at once; until then it has more down for this process than that uses. A round that is under way at
///   that moment has asked with the old weight: what it brings is cut by as much.
/// - *The weight grows*: with the round that follows at once, and by what the others have let go of.
/// - *The process stands still* (SIGSTOP, a frozen machine) past the grant's end. When it goes on, the pacer's timer may come before the
///   watch's, and starts at most one burst of the old part.
/// - *The stage ends.* The part is given up here first and in the ledger afterwards, with the pause that the gateway asked for, if there is
///   one: the row that told of it goes, and who starts next must know. A round that is under way may still be granted something: it is not
///   applied, and the ledger is told of the end behind it. If the ledger hangs, that is not waited for longer than a second: the grant ends by itself.
///
/// An end and an answer can come at the same moment on two threads; both act under one lock, so that the stage is told in the order in which they were decided.
final class QuotaKeeper: Sendable {
  private struct State {
    /// What the stage may use now.
    var applied = 0.0
    /// What is its own in its lane, in relation to the others' weights.
    var weight: Double
    /// When that ends, in the stage's time; nil without a grant.
    var endsAt: Duration?
    /// The end of the latest pause that was taken over from another process, in the stage's time.
    var pauseTakenOver: Duration?
    /// Whether it has ended: what a round that was under way brings is not applied any more.
    var hasLeft = false
    /// Whether people have been told that there is no grant.
    var isReportedLost = false
    /// Why the last round failed, if it did.
    var failure: LedgerFailure?
  }

  private let configuration: QuotaKeeperConfiguration
  private let division: QuotaDivision
  private let id: Int64
  private let ledger: any QuotaLedger
  private let time: MonotonicTime
  private let wallClock: WallClock
  private let measure: @Sendable () -> QuotaUse
  private let apply: @Sendable (_ fraction: Double, _ pausedUntil: Duration?) -> Void
  private let logger: Logger
  private let state: Mutex<State>
  private let roundTimer: RoundTimer

  /// - Parameters:
  ///   - id: names the process among the others.
  ///   - weight: until ``setWeight(_:)`` is called: 1 for who shares evenly, 0 for who has no partitions yet.
  ///   - time: the stage's: pauses are told in it, from its origin.
  ///   - wallClock: the ledger's if nil.
  ///   - measure: what the stage could use; called once a round.
  ///   - apply: tells the stage what it may use from now on, before it returns, and until when it pauses. Called with a lock held, sometimes on the
  ///     ledger's thread: it must not wait, and not call back.
  init(
    _ configuration: QuotaKeeperConfiguration, id: Int64 = .random(in: 1 ... .max), weight: Double = 1, ledger: any QuotaLedger,
    time: MonotonicTime,
    wallClock: WallClock? = nil, measure: @escaping @Sendable () -> QuotaUse,
    apply: @escaping @Sendable (_ fraction: Double, _ pausedUntil: Duration?) -> Void, logger: Logger
  ) {
    self.configuration = configuration
    division = QuotaDivision(reconciliationShare: configuration.reconciliationShare)
    self.id = id
    self.ledger = ledger
    self.time = time
    self.wallClock = wallClock ?? ledger.clock
    self.measure = measure
    self.apply = apply
    self.logger = logger
    state = Mutex(State(weight: weight))
    roundTimer = RoundTimer(time: time)
  }

  /// What the stage may use now, 0 to 1.
  var granted: Double { state.withLock { $0.applied } }

  /// Sets what is its own in its lane, 0 to 1; without any it gets nothing. Called on any thread; does not wait.
  func setWeight(_ weight: Double) {
    let isChanged = state.withLock { state in
      guard weight != state.weight else { return false }
      if weight < state.weight {
        state.applied *= weight / state.weight
        apply(state.applied, nil)
      }
      state.weight = weight
      return true
    }
    if isChanged { roundTimer.wake() }
  }

  /// Asks for the first grant, and applies it. The stage must not send before: until now it was told nothing, and would use the whole quota.
  ///
  /// The grant may be 0, when others have everything or the ledger cannot be reached; ``run()`` makes it more. The stage begins without a burst,
  /// or a process that is started again and again would have one each time.
  func start() async {
    state.withLock { _ in apply(0, nil) }
    await renew()
  }

  /// Renews the grant once a round until cancelled, then gives it back. After ``start()``.
  func run() async {
    // Not a child: a round may hang in the ledger, and must not keep the process from ending.
    let rounds = Task { await renewRegularly() }
    await watchEnd()
    rounds.cancel()
    state.withLock {
      $0.hasLeft = true
      giveUp(&$0)
    }
    await leave(after: rounds)
  }

  /// Gives the part back in the ledger, behind the last round. Waits for that, but not for long.
  private func leave(after rounds: Task<Void, Never>) async {
    let use = measure()
    let begin = time.now
    let now = wallClock.now()
    let pause = ownPause(use, after: state.withLock { $0.pauseTakenOver }, at: begin).map { now + ($0 - begin) }
    // Neither is a child: this task is cancelled, and the timer would end at once.
    let timer = Task { try await time.sleep(until: begin + configuration.leaveMax) }
    Task {
      defer { timer.cancel() }
      await rounds.value
      do throws(LedgerFailure) {
        try await ledger.leaveQuota(id, pausedUntil: pause)
      } catch {
        logger.debug("the part of the gateway's quota was not given back, it ends by itself", metadata: ["error": "\(error)"])
      }
    }
    guard (try? await timer.value) != nil else { return }
    logger.debug("the ledger takes long to take back the part of the gateway's quota, it ends by itself")
  }

  private func renewRegularly() async {
    var next = time.now + wait
    while await roundTimer.wait(until: next) {
      await renew()
      // A round that took longer is not made up for.
      next = max(min(next, time.now) + wait, time.now)
    }
  }

  /// Until the next round. A process that has nothing asks more often, so that a short job need not spend its first seconds waiting; one that can have
  /// nothing does not.
  private var wait: Duration {
    state.withLock { $0.applied > 0 || $0.weight == 0 } ? configuration.round : configuration.roundWithoutGrant
  }

  private func watchEnd() async {
    while (try? await time.sleep(until: state.withLock { $0.endsAt } ?? time.now + configuration.round)) != nil { endIfDue() }
  }
}

// MARK: - One round

extension QuotaKeeper {
  private func renew() async {
    let use = measure()
    // In this order: see "the grant ends" above.
    let begin = time.now
    let now = wallClock.now()
    let until = now + configuration.grantDuration
    let (before, weight, pauseTakenOver) = state.withLock { ($0.applied, $0.weight, $0.pauseTakenOver) }
    let me = QuotaMember(
      id: id, lane: configuration.lane, weight: weight, demand: weight > 0 ? use.demand : 0, granted: before, grantedUntil: until,
      pausedUntil: ownPause(use, after: pauseTakenOver, at: begin).map { now + ($0 - begin) })
    do throws(LedgerFailure) {
      let (granted, others, pauseLeft) = try await ledger.quotaGrant(for: me, now: now, until: until) { [self] me, others in
        let target = division.grant(for: QuotaDivision.Member(me), others: others.map(QuotaDivision.Member.init))
        shrink(to: target)
        return target
      }
      let pauses = others.map(\.pausedUntil) + [pauseLeft]
      take(
        granted, askedWith: weight, until: begin + configuration.grantDuration - configuration.margin,
        pausedUntil: pauses.compactMap(\.self).max())
    } catch {
      fail(error)
    }
  }

  /// The pause that the gateway asked this process for. One that was taken over is not passed on: two processes would keep it alive between them
  /// by the rounding of their clocks.
  private func ownPause(_ use: QuotaUse, after pauseTakenOver: Duration?, at now: Duration) -> Duration? {
    guard let pause = use.pausedUntil, pause > now, pause > pauseTakenOver ?? now else { return nil }
    return pause
  }

  /// Applies a smaller grant, before the others can see it.
  private func shrink(to fraction: Double) {
    state.withLock { state in
      guard fraction < state.applied else { return }
      state.applied = fraction
      apply(fraction, nil)
    }
  }

  /// Applies what the ledger granted.
  private func take(_ granted: Double, askedWith weight: Double, until endsAt: Duration, pausedUntil: Timestamp?) {
    // Both clocks are read again, because the ledger may have taken its time.
    let pause = pausedUntil.map { $0 - wallClock.now() }.flatMap { $0 > .zero ? time.now + min($0, configuration.pauseMax) : nil }
    state.withLock { state in
      guard !state.hasLeft else { return }
      state.failure = nil
      state.endsAt = endsAt
      state.applied = state.weight < weight ? granted * (state.weight / weight) : granted
      if let pause { state.pauseTakenOver = max(state.pauseTakenOver ?? pause, pause) }
      guard time.now < endsAt else { return end(&state) }
      apply(state.applied, pause)
      guard state.isReportedLost else { return }
      state.isReportedLost = false
      logger.notice("the ledger grants this process a part of the gateway's quota again")
    }
  }

  private func fail(_ failure: LedgerFailure) {
    state.withLock { state in
      guard !state.hasLeft else { return }
      state.failure = failure
      // The old grant stands until it ends; without one there is nothing to wait for.
      if state.endsAt == nil { end(&state) }
    }
  }

  private func endIfDue() {
    state.withLock { state in
      if let endsAt = state.endsAt, time.now >= endsAt { end(&state) }
    }
  }

  /// Nothing is sent any more; people are told once.
  private func end(_ state: inout State) {
    giveUp(&state)
    guard !state.isReportedLost else { return }
    state.isReportedLost = true
    var metadata: Logger.Metadata = ["lane": "\(configuration.lane.rawValue)"]
    if let failure = state.failure { metadata["error"] = "\(failure)" }
    logger.warning(
      "the ledger does not renew this process's part of the gateway's quota, nothing is sent to the gateway until it does",
      metadata: metadata)
  }

  private func giveUp(_ state: inout State) {
    state.applied = 0
    state.endsAt = nil
    apply(0, nil)
  }
}

extension QuotaDivision.Member {
  fileprivate init(_ member: QuotaMember) {
    let lane: QuotaDivision.Lane =
      switch member.lane {
      case .creation: .creation
      case .reconciliation: .reconciliation
      }
    self.init(lane: lane, weight: member.weight, demand: member.demand, granted: member.granted)
  }
}
