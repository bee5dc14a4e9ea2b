import CheckoutSession
import Pacing
import Stage
import Synchronization

/// Asks the gateway about leased sessions as fast as the quota, the concurrency and the gateway itself allow.
///
/// Runs on whatever thread brings news (sessions were leased, results came, a timer fired): it takes the lock, lets ``PollDispatchState`` decide, and acts
/// after letting go of it. No task waits per session.
final class PollDispatcher: Sendable {
  private let state: Mutex<PollDispatchState>
  private let timer: WakeTimer
  private let reader: any SessionReader
  private let time: MonotonicTime
  private let wallClock: WallClock
  private let onActions: @Sendable (PollActions) -> Void

  /// - Parameter onActions: gets what was decided and given back; must not block.
  init(
    state: PollDispatchState, reader: any SessionReader, time: MonotonicTime, wallClock: WallClock, spawner: TaskSpawner,
    onActions: @escaping @Sendable (PollActions) -> Void
  ) {
    self.state = Mutex(state)
    self.reader = reader
    self.time = time
    self.wallClock = wallClock
    timer = WakeTimer(time: time, spawner: spawner)
    self.onActions = onActions
  }

  /// Takes leased sessions for their poll.
  /// - Returns: how many of them it keeps; the others are given back, because they cannot be asked about now.
  func submit(_ sessions: [PolledSession]) -> Int {
    guard !sessions.isEmpty else { return 0 }
    return change { state, now, wallNow, actions in state.submit(sessions, now: now, wallNow: wallNow, into: &actions) }
  }

  /// Gives back what has not been sent and sends nothing again.
  func drain() {
    change { state, _, wallNow, actions in state.drain(wallNow: wallNow, into: &actions) }
  }

  /// Applies this process's part of the gateway's quota.
  func setQuota(fraction: Double, pausedUntil: Duration?) {
    change { state, now, wallNow, actions in
      state.setQuota(fraction: fraction, pausedUntil: pausedUntil, now: now, wallNow: wallNow, into: &actions)
    }
  }

  /// The publications among leased sessions that need no word of the gateway.
  func republications(_ lease: SessionLease) -> [Settlement] {
    let wallNow = wallClock.now()
    return state.withLock { state in
      let held = HeldLease(token: lease.token, ends: lease.until)
      return lease.sessions.compactMap { session in
        let moment = state.moment(wallNow, of: session)
        return state.judge.republication(of: session, under: held, at: moment, using: &state.generator)
      }
    }
  }

  /// Looks at the state.
  func read<Value: Sendable>(_ body: (borrowing PollDispatchState) -> Value) -> Value { state.withLock { body($0) } }

  /// - Returns: ``PollActions/kept``.
  @discardableResult
  private func change(_ body: (inout PollDispatchState, Duration, Timestamp, inout PollActions) -> Void) -> Int {
    let now = time.now
    let wallNow = wallClock.now()
    let actions = state.withLock { state in
      var actions = PollActions()
      actions.wallStep = state.steps.notice(now: now, wallNow: wallNow)
      body(&state, now, wallNow, &actions)
      state.release(now: now, wallNow: wallNow, into: &actions)
      return actions
    }
    if !actions.calls.isEmpty {
      reader.startReads(actions.calls) { [self] results in
        change { state, now, wallNow, actions in state.take(results, now: now, wallNow: wallNow, into: &actions) }
      }
    }
    if let wakeAt = actions.wakeAt { timer.set(at: wakeAt) { [self] in change { _, _, _, _ in } } }
    onActions(actions)
    return actions.kept
  }
}
