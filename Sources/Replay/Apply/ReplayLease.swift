import CheckoutSession
import Pacing
import Synchronization

/// What a run has claimed is its own while this lease lasts.
///
/// The race that it decides: this process stands still for a while (a suspended machine, a debugger), its lease ends, and another run takes over and looks into the
/// request topic for what was sent. If this one then published, a request would go out twice. So nothing is published unless the lease, counted by the
/// monotonic clock from before the ledger was asked, lasts longer than a publication can take.
final class ReplayLease: Sendable {
  private struct State {
    var validUntil: Duration
    var isLost = false
  }

  let run: Int64
  private let ledger: any ReplayLedger
  private let duration: Duration
  private let time: MonotonicTime
  private let wallClock: WallClock
  private let state: Mutex<State>

  /// - Parameter begunAt: before the ledger was told of the run.
  init(run: Int64, ledger: any ReplayLedger, duration: Duration, begunAt: Duration, time: MonotonicTime, wallClock: WallClock) {
    self.run = run
    self.ledger = ledger
    self.duration = duration
    self.time = time
    self.wallClock = wallClock
    state = Mutex(State(validUntil: begunAt + duration))
  }

  /// Renews it every third of its duration, until cancelled or lost. A ledger that is away is asked again soon: whoever wants to publish meanwhile finds too
  /// little left.
  func keep() async throws {
    while !state.withLock({ $0.isLost }) {
      try await time.sleep(until: time.now + duration / 3)
      var isRenewed = false
      while !isRenewed {
        do throws(LedgerFailure) {
          try await renew()
          isRenewed = true
        } catch {
          try await time.sleep(until: time.now + duration / 10)
        }
      }
    }
  }

  /// Makes sure that so much of it is left.
  /// - Throws: ``ReplayStop``.
  func secure(_ needed: Duration) async throws {
    if has(needed) { return }
    do {
      try await renew()
    } catch {
      throw ReplayStop.failed(error)
    }
    guard has(needed) else { throw ReplayStop.leaseLost }
  }

  private func has(_ needed: Duration) -> Bool {
    let now = time.now
    return state.withLock { !$0.isLost && now + needed <= $0.validUntil }
  }

  private func renew() async throws(LedgerFailure) {
    let asked = time.now
    let isAlive = try await ledger.keepReplay(run, aliveUntil: wallClock.now() + duration)
    state.withLock { state in
      if isAlive { state.validUntil = max(state.validUntil, asked + duration) } else { state.isLost = true }
    }
  }
}
