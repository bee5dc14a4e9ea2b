import CheckoutSession
import Pacing
import Stage
import Synchronization

/// Sends requests to the gateway as fast as the quota, the concurrency and the gateway itself allow, and tries again what failed.
///
/// Runs on whatever thread brings news (a batch was claimed, results came, a timer fired): it takes the lock, lets ``DispatchState`` decide, and acts
/// after letting go of it. No task waits per request.
final class Dispatcher: Sendable {
  private let state: Mutex<DispatchState>
  private let timer: WakeTimer
  private let creator: any SessionCreator
  private let time: MonotonicTime
  private let wallClock: WallClock
  private let onActions: @Sendable (DispatchActions) -> Void

  /// - Parameter onActions: gets what was decided, abandoned and held; must not block.
  init(
    state: DispatchState, creator: any SessionCreator, time: MonotonicTime, wallClock: WallClock, spawner: TaskSpawner,
    onActions: @escaping @Sendable (DispatchActions) -> Void
  ) {
    self.state = Mutex(state)
    self.creator = creator
    self.time = time
    self.wallClock = wallClock
    timer = WakeTimer(time: time, spawner: spawner)
    self.onActions = onActions
  }

  /// Queues requests for their first attempt.
  func submit(_ requests: [PendingRequest]) {
    guard !requests.isEmpty else { return }
    change { state, _, _, actions in state.submit(requests, into: &actions) }
  }

  /// Has the gateway asked for its time, as soon as the quota allows; does nothing while it is being asked.
  func askTime() {
    change { state, _, _, _ in state.askTime() }
  }

  /// Abandons what has not been sent and tries nothing again.
  func drain() {
    change { state, _, _, actions in state.drain(into: &actions) }
  }

  /// Changes the part of the gateway's quota that may be used; see ``CreationService/setQuota(fraction:pausedUntil:)``.
  func setQuota(fraction: Double, pausedUntil: Duration?) {
    change { state, now, _, _ in state.setQuota(fraction: fraction, pausedUntil: pausedUntil, now: now) }
  }

  /// Sends nothing while `isPaused` says so, and goes on when it does not. It is asked under the lock: of two changes that meet, the later one sees how things are.
  func updatePause(_ isPaused: @Sendable () -> Bool) {
    change { state, _, _, _ in state.setPaused(isPaused()) }
  }

  /// Counts for metrics and status lines, and for the part of the quota that this process wants: what waits for the end of an outage wants it the moment after.
  var snapshot: PacerSnapshot {
    state.withLock { state in
      var snapshot = state.pacer.snapshot
      snapshot.waiting += state.line.count
      return snapshot
    }
  }

  /// Merchants that are held, by merchant index.
  var holds: [MerchantHold?] { state.withLock { $0.holds } }

  /// What the gateway keeps the stage from doing.
  var holdings: [Holding] { state.withLock { $0.holdings } }

  /// Whether a record is taken now only to find out whether the gateway works.
  var isTakingOne: Bool { state.withLock { $0.isTakingOne } }

  /// Since when there has been no usable answer although there were calls, if something waits for one; in the stage's time.
  var waitingInVainSince: Duration? { state.withLock { $0.slots.count > 0 ? $0.breaker.failingSince : nil } }

  private func change(_ body: (inout DispatchState, Duration, Timestamp, inout DispatchActions) -> Void) {
    let now = time.now
    let wallNow = wallClock.now()
    let actions = state.withLock { state in
      var actions = DispatchActions()
      body(&state, now, wallNow, &actions)
      state.release(now: now, wallNow: wallNow, into: &actions)
      return actions
    }
    if !actions.calls.isEmpty {
      creator.start(actions.calls) { [self] results in
        change { state, now, wallNow, actions in state.take(results, now: now, wallNow: wallNow, into: &actions) }
      }
    }
    if let merchant = actions.asksTimeOf {
      creator.askTime(merchantIndex: merchant) { [self] in change { state, now, _, _ in state.endTimeCall(now: now) } }
    }
    if let wakeAt = actions.wakeAt { timer.set(at: wakeAt) { [self] in change { _, _, _, _ in } } }
    onActions(actions)
  }
}
